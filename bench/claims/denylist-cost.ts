import { cpuMicrosPerRequest, cpuRatio, serverCpuMicrosPerRequest } from '../metrics/demands.js';
import { tripsPerRequest } from '../metrics/saturation.js';
import type { Claim } from './claim.js';
import { WINDOW_PREDICTION, windowAfter } from './ends.js';
import { alike, jointly } from './joined.js';
import { REQUEST_COST } from './measurements.js';
import { all, below } from './rules.js';

const SUBJECT = 'jwt-denylist';

export const denylistCost: Claim = {
  id: 'denylist-cost',
  group: 'Logout and authority',
  statement: 'A denylist mends it and is a session store again',
  ask() {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const cost = cpuRatio(REQUEST_COST, at(SUBJECT), at('redis'));
    const window = windowAfter('logout', SUBJECT);
    const costs = (strategy: string) => [
      cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy)),
      // What a store spends on its own is taken off: of one that is not asked nothing is left, or a little less.
      ...(strategy === 'jwt' ? [] : [cpuMicrosPerRequest('store', REQUEST_COST, at(strategy))]),
      tripsPerRequest('store', REQUEST_COST, at(strategy)),
    ];
    return {
      rule: jointly([
        all([below(window, 0.1)]),
        alike(cost, { low: 0.8, high: 1.25, below: 'cheaper', above: 'dearer' }),
      ]),
      shows: [
        cpuRatio(REQUEST_COST, at('jwt'), at('redis')),
        serverCpuMicrosPerRequest(REQUEST_COST, at(SUBJECT)),
        ...[SUBJECT, 'redis', 'jwt'].flatMap(costs),
        windowAfter('passwordChange', SUBJECT),
        windowAfter('revocation', SUBJECT),
      ],
      finding: (words) =>
        `With a denylist a copy is accepted for ${words(window)} after logout, and a request costs instance and store ${words(cost)} the CPU that one with a session in Redis costs.`,
    };
  },
  predictions: [
    WINDOW_PREDICTION,
    {
      metric: 'storeTripsPerRequest',
      formula: 'one trip, as for a session; none without a denylist',
      at: ({ strategy }) => (strategy === 'jwt' ? 0 : 1),
      within: () => 0.01,
    },
  ],
  misleads: [
    'Both are asked of one Redis without a network between. Where a trip is far, it is what a request waits for, and both make one.',
    'Sessions run on a plugin, tokens on hand-written code.',
    'The denylist is nearly empty. Its keys expire with the tokens, and what is asked is a lookup by key however many there are.',
  ],
};
