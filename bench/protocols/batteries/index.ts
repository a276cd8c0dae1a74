import { BenchError } from '../../errors.js';
import { authorization } from './authorization.js';
import type { Battery } from './battery.js';
import { elsewhere } from './elsewhere.js';
import { forgeries } from './forgeries.js';
import { headLimits } from './head-limits.js';
import { payloads } from './payloads.js';
import { standards } from './standards.js';
import { windows } from './windows.js';

/** By the name that the settings of a measurement bear. */
const BATTERIES: Readonly<Record<string, Battery>> = {
  authorization,
  elsewhere,
  forgeries,
  'head-limits': headLimits,
  payloads,
  standards,
  windows,
};

/** @throws BenchError BAD_OPTION naming those that there are */
export function batteryOf(name: string): Battery {
  const battery = BATTERIES[name];
  if (battery) return battery;
  throw new BenchError('BAD_OPTION', `There is no battery "${name}": ${Object.keys(BATTERIES).join(', ')}.`);
}
