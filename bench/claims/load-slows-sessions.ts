import { latencyMs, offeredRps, p99Growth } from '../metrics/offered-load.js';
import type { Claim } from './claim.js';
import { LOADS } from './measurements.js';
import { above, oneNotOther } from './rules.js';

/** Of its own capacity: what is offered. */
const LOWEST = 0.3;
const HIGHEST = 0.9;
const GROWS_FROM = 2;
const INSTANCES = 2;

export const loadSlowsSessions: Claim = {
  id: 'load-slows-sessions',
  group: 'Memory and lookups',
  statement: 'More requests slow sessions but not tokens',
  ask() {
    const at = (strategy: string, load: number) => ({ strategy, instances: INSTANCES, load });
    const growth = (strategy: string) => p99Growth(LOADS, at(strategy, HIGHEST), at(strategy, LOWEST));
    const grows = (strategy: string) => ({ name: strategy, test: above(growth(strategy), GROWS_FROM) });
    const p99 = (strategy: string, load: number) => latencyMs(99, LOADS, at(strategy, load));
    return {
      rule: oneNotOther(grows('redis'), grows('jwt'), { passing: 'p99 grows with the load' }),
      shows: ['redis', 'jwt'].flatMap((strategy) =>
        [LOWEST, HIGHEST].flatMap((load) => [
          latencyMs(50, LOADS, at(strategy, load)),
          p99(strategy, load),
          offeredRps(LOADS, at(strategy, load)),
        ]),
      ),
      finding: (words) =>
        `From ${100 * LOWEST} to ${100 * HIGHEST} % of capacity p99 grows ${words(growth('redis'))} with redis and ` +
        `${words(growth('jwt'))} with jwt, to ${words(p99('redis', HIGHEST))} and ${words(p99('jwt', HIGHEST))}.`,
    };
  },
  misleads: [
    'Instances are on small slices of CPU: one that has used up its slice waits for the next, which is most of the latency here.',
    'Loads are shares of the own capacity of each strategy, found once before the first round: the same share is not the same number of requests.',
    'Arrivals are those of users who know nothing of each other (Poisson). Real ones come in bursts, which is worse.',
  ],
};
