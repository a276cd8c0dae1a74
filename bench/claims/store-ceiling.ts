import { boundRps, cpuMicrosPerRequest, instancesPerStore, measuredByPredicted } from '../metrics/demands.js';
import { recognisedRps, storeUtilisation } from '../metrics/saturation.js';
import { type Claim, mostInstances } from './claim.js';
import { REQUEST_COST, STORE_LIMIT } from './measurements.js';
import { bands } from './rules.js';

export const storeCeiling: Claim = {
  id: 'store-ceiling',
  group: 'Mismatch and scaling out',
  statement: 'A shared store becomes the bottleneck',
  ask(scope) {
    const instances = mostInstances(scope);
    const cost = { strategy: 'redis', instances: 1 };
    const limited = { strategy: 'redis', instances };
    const count = instancesPerStore(REQUEST_COST, cost);
    const throttled = recognisedRps(STORE_LIMIT, limited);
    const [sliced, whole] = [
      { measurement: STORE_LIMIT, factors: limited },
      { measurement: REQUEST_COST, factors: cost },
    ];
    const bound = boundRps('store', sliced, whole);
    const error = measuredByPredicted('store', sliced, whole);
    return {
      rule: bands(count, { trueBelow: 8, falseAbove: 64 }),
      shows: [
        error,
        throttled,
        bound,
        cpuMicrosPerRequest('instance', REQUEST_COST, cost),
        cpuMicrosPerRequest('store', REQUEST_COST, cost),
        storeUtilisation(STORE_LIMIT, limited),
      ],
      finding: (words) => `By what a request costs each of them, ${words(count)} with a core each fill one Redis.`,
      beside: (words) =>
        `The method, tried on a Redis with a small slice: ${words(throttled)} measured, ${words(error)} what the demand predicts. ` +
        'As much more or less a full Redis may carry: full, it reads larger batches.',
    };
  },
  predictions: [
    {
      metric: 'recognisedRps',
      formula: 'slice of Redis / its demand on a whole core',
      at: (factors, of) =>
        of(
          boundRps(
            'store',
            { measurement: STORE_LIMIT, factors },
            { measurement: REQUEST_COST, factors: { strategy: 'redis', instances: 1 } },
          ),
        ),
      within: (_, predicted) => 0.25 * predicted,
    },
  ],
  misleads: [
    'Reads that go out together cost Redis less: the number holds for 32 requests under way at one instance, and others have another. Where the method misses its prediction by more than a quarter, so may the number.',
    'One read a request of a session of some 60 bytes. Larger sessions, or a write with every request, fill Redis sooner.',
    'Redis answers from one core; a cluster of it has as many as there are masters.',
  ],
};
