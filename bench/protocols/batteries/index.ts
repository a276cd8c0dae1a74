import { BenchError } from '../../errors.js';
import type { Battery } from './battery.js';
import { windows } from './windows.js';

/** By the name that the settings of a measurement bear. */
const BATTERIES: Readonly<Record<string, Battery>> = { windows };

/** @throws BenchError BAD_OPTION naming those that there are */
export function batteryOf(name: string): Battery {
  const battery = BATTERIES[name];
  if (battery) return battery;
  throw new BenchError('BAD_OPTION', `There is no battery "${name}": ${Object.keys(BATTERIES).join(', ')}.`);
}
