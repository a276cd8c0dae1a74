import { ACTS, windowS } from '../metrics/battery.js';
import { cpuMicrosPerRequest, cpuRatio } from '../metrics/demands.js';
import { tripsPerRequest } from '../metrics/saturation.js';
import type { Claim } from './claim.js';
import { WINDOW_PREDICTION } from './ends.js';
import { REQUEST_COST, WINDOWS } from './measurements.js';
import { above, all, below } from './rules.js';

const STRATEGY = 'jwt-denylist';
const CACHES = [0, 1, 5] as const;

export const cachedDenylist: Claim = {
  id: 'cached-denylist',
  group: 'Logout and authority',
  statement: 'A local cache trades staleness for cost',
  ask() {
    const window = (cacheSeconds: number) => windowS(WINDOWS, { strategy: STRATEGY, act: ACTS.logout, cacheSeconds });
    const cell = (cacheSeconds: number) => ({
      strategy: STRATEGY,
      instances: 1,
      straight: true,
      connections: 32,
      cacheSeconds,
    });
    const cost = (cacheSeconds: number) => cpuRatio(REQUEST_COST, cell(cacheSeconds), cell(0), 'no cache');
    return {
      // With a cache of 1 s it is 1 s at most: what is above that has grown again.
      rule: all([below(window(0), 0.1), above(window(1), 0.1), above(window(5), 1), below(cost(5), 1)]),
      shows: [
        cost(1),
        ...CACHES.map((cacheSeconds) => tripsPerRequest('store', REQUEST_COST, cell(cacheSeconds))),
        ...CACHES.flatMap((cacheSeconds) => [
          cpuMicrosPerRequest('instance', REQUEST_COST, cell(cacheSeconds)),
          cpuMicrosPerRequest('store', REQUEST_COST, cell(cacheSeconds)),
        ]),
      ],
      finding: (words) =>
        `An instance that remembers for 5 s that a token was not denied accepts it for ${words(window(5))} after logout, and a request costs instance and store ${words(cost(5))} the CPU that it costs without a cache.`,
      beside: (words) => `With 1 s it is ${words(window(1))} and ${words(cost(1))}.`,
    };
  },
  predictions: [WINDOW_PREDICTION],
  misleads: [
    'Each token was accepted by the instance just before its logout, so that all of the cache is still to come. One that was not is refused at once.',
    'What is measured are 32 tokens that come again and again. A token that is seen once in a while is never in the cache, and costs what it costs without.',
    'Requests go straight to the instance here. Through the balancer, as for what a denylist costs, the same request takes other times.',
  ],
};
