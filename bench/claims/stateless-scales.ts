import { measuredByPredicted } from '../metrics/demands.js';
import { capacityRps, recognisedRps, speedup } from '../metrics/saturation.js';
import { type Claim, mostInstances } from './claim.js';
import { CAPACITY, REQUEST_COST } from './measurements.js';
import { above, onlySubject } from './rules.js';

const SESSIONS = ['memory', 'sticky', 'redis'] as const;
/** What recognises every user wherever he goes: a refusal has another cost. */
const PREDICTED = ['jwt', 'sticky', 'redis'] as const;
/** A strategy scales where n instances serve more than this share of n times what one does. */
export const SCALES_FROM = 0.7;

export const statelessScales: Claim = {
  id: 'stateless-scales',
  group: 'Mismatch and scaling out',
  statement: 'Tokens scale out freely; sessions do not',
  ask(scope) {
    const most = mostInstances(scope);
    const grows = (strategy: string) => speedup(CAPACITY, { strategy, instances: most }, { strategy, instances: 1 });
    const scales = (strategy: string) => ({
      name: strategy,
      test: above(grows(strategy), Number((SCALES_FROM * most).toPrecision(12))),
    });
    const error = (strategy: string, instances: number) =>
      measuredByPredicted(
        'instance',
        { measurement: CAPACITY, factors: { strategy, instances } },
        { measurement: REQUEST_COST, factors: { strategy, instances: 1 } },
      );
    return {
      rule: onlySubject(scales('jwt'), SESSIONS.map(scales), { passing: 'capacity grows with the instances' }),
      shows: [
        ...['jwt', ...SESSIONS].flatMap((strategy) => [
          recognisedRps(CAPACITY, { strategy, instances: 1 }),
          recognisedRps(CAPACITY, { strategy, instances: most }),
          capacityRps(CAPACITY, { strategy, instances: most }),
        ]),
        ...PREDICTED.flatMap((strategy) => [error(strategy, 1), error(strategy, most)]),
      ],
      finding: (words) =>
        `${most} instances recognise ${words(grows('jwt'))} as many requests as one with jwt, ${SESSIONS.map((strategy) => `${words(grows(strategy))} with ${strategy}`).join(', ')}.`,
    };
  },
  predictions: [
    {
      metric: 'speedup',
      formula: 'n where every instance recognises every user; 1 for memory',
      at: ({ strategy, instances }) => (strategy === 'memory' ? 1 : Number(instances)),
      within: (_, predicted) => 0.1 * predicted,
    },
  ],
  misleads: [
    'Each instance has a small slice of CPU, so that balancer, load and instances fit on this machine: the shape carries over, not the requests per second.',
    'The database is not asked: a page that asks it scales as far as the database does.',
    'Neither the balancer nor Redis should be used up here: where slices are not, something else held back, and the capacity is a least one. When Redis is full is a claim of its own.',
    'Predicted is what slices serve if a request costs on them what it does on a whole core, 32 at a time through the balancer.',
  ],
};
