import { answeredRatio, failingMs, timeToFailMs } from '../metrics/timeline.js';
import { comparedOf, isLostElsewhere } from '../strategies.js';
import type { Claim } from './claim.js';
import { EVENTS } from './measurements.js';
import { all, below } from './rules.js';

const DEAD = 'store killed';
const FROZEN = 'store frozen';

export const storeDies: Claim = {
  id: 'store-dies',
  group: 'Faults',
  statement: 'The store is a single point of failure',
  ask(scope) {
    const instances = Math.max(2, ...scope.instances);
    const at = (event: string, strategy: string) => ({ event, instances, strategy });
    const answered = (event: string, strategy: string) =>
      event === DEAD
        ? answeredRatio(EVENTS, at(DEAD, strategy), 'down', 'restart')
        : answeredRatio(EVENTS, at(FROZEN, strategy), 'freeze', 'thaw');
    const others = comparedOf(scope.strategies).filter((name) => name !== 'redis' && !isLostElsewhere(name));
    return {
      rule: all([below(answered(DEAD, 'redis'), 0.1)]),
      shows: [
        ...others.map((strategy) => answered(DEAD, strategy)),
        timeToFailMs(EVENTS, at(DEAD, 'redis')),
        failingMs(EVENTS, at(DEAD, 'redis'), 'restart'),
        ...['redis', ...others].map((strategy) => answered(FROZEN, strategy)),
        timeToFailMs(EVENTS, at(FROZEN, 'redis')),
        failingMs(EVENTS, at(FROZEN, 'redis'), 'thaw'),
      ],
      finding: (words) =>
        `While Redis is dead ${words(answered(DEAD, 'redis'))} of requests are answered with redis${others.map((strategy) => `, ${words(answered(DEAD, strategy))} with ${strategy}`).join('')}.`,
      beside: (words) => `While it is frozen ${words(answered(FROZEN, 'redis'))} with redis.`,
    };
  },
  predictions: [
    {
      metric: 'answeredRatio',
      formula: '0 with redis, 1 for the others',
      at: ({ strategy }) => (strategy === 'redis' ? 0 : 1),
      within: () => 0.05,
    },
  ],
  misleads: [
    'One Redis without a replica. What failover saves is another claim.',
    'Each request of this load needs the session. Pages that do not ask for it go on.',
  ],
};
