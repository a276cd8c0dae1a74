import { latencyByPredicted, predictedLatencyMs } from '../metrics/latency-prediction.js';
import { latencyMs, offeredRps, p99Growth } from '../metrics/offered-load.js';
import type { Claim, Prediction } from './claim.js';
import { LOADS, REQUEST_COST } from './measurements.js';
import { above, oneNotOther } from './rules.js';

/** Of its own capacity: what is offered. */
const LOWEST = 0.3;
const HIGHEST = 0.9;
const GROWS_FROM = 2;
const INSTANCES = 2;

/** Of the strategy at the load. */
const predicted = (percent: 50 | 99): Prediction => ({
  metric: `latencyP${percent}Ms`,
  formula: 'a queue at each slice, by the costs on a whole core',
  at: (factors, of) => of(predictedLatencyMs(percent, { measurement: LOADS, factors }, REQUEST_COST)),
  within: (_, milliseconds) => 0.25 * milliseconds,
});

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
          ...([50, 99] as const).flatMap((percent) => {
            const cell = { measurement: LOADS, factors: at(strategy, load) };
            return [latencyByPredicted(percent, cell, REQUEST_COST), predictedLatencyMs(percent, cell, REQUEST_COST)];
          }),
        ]),
      ),
      finding: (words) =>
        `From ${100 * LOWEST} to ${100 * HIGHEST} % of capacity p99 grows ${words(growth('redis'))} with redis and ` +
        `${words(growth('jwt'))} with jwt, to ${words(p99('redis', HIGHEST))} and ${words(p99('jwt', HIGHEST))}.`,
    };
  },
  predictions: [predicted(50), predicted(99)],
  misleads: [
    'Instances are on small slices of CPU: one that has used up its slice waits for the next, which is most of the latency here.',
    'Loads are shares of the own capacity of each strategy, found once before the first round: the same share is not the same number of requests.',
    'The prediction takes a request to cost on a slice what it does on a whole core, in a crowd or alone. On a slice it costs more: each time an instance is let run its caches are cold, and other threads of its process (collector, compiler) use up its slice as well. The kernel hands a slice out core by core, and balancer and load wait for the same cores. None of this is in the model, so that it is off by a factor, most where little is offered.',
    'Arrivals are those of users who know nothing of each other (Poisson). Real ones come in bursts, which is worse.',
  ],
};
