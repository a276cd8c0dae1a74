import { BenchError } from '../../errors.js';
import { cart } from './cart.js';
import type { Race } from './race.js';
import { refresh } from './refresh.js';
import { revival } from './revival.js';

/** By the name that the settings of a measurement bear. */
const RACES: Readonly<Record<string, Race>> = { cart, revival, refresh };

/** @throws BenchError BAD_OPTION naming those that there are */
export function raceOf(name: string): Race {
  const race = RACES[name];
  if (race) return race;
  throw new BenchError('BAD_OPTION', `There is no race "${name}": ${Object.keys(RACES).join(', ')}.`);
}
