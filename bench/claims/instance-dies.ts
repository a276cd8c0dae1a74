import { betweenEventsMs, failedRatio, failingMs, loggedOutRatio } from '../metrics/timeline.js';
import { comparedOf, endsWithInstance } from '../strategies.js';
import type { Claim } from './claim.js';
import { EVENTS } from './measurements.js';
import { above, all } from './rules.js';

const KILLED = 'instance killed';
/** It stands still, and its connections stay open. */
const FROZEN = 'instance frozen';

export const instanceDies: Claim = {
  id: 'instance-dies',
  group: 'Faults',
  statement: 'Losing a stateful server loses its sessions',
  ask(scope) {
    const instances = Math.max(2, ...scope.instances);
    const lost = (strategy: string) => loggedOutRatio(EVENTS, { event: KILLED, instances, strategy });
    const others = comparedOf(scope.strategies).filter((strategy) => !endsWithInstance(strategy));
    return {
      rule: all([above(lost('sticky'), 0.1)]),
      shows: [
        ...others.map(lost),
        ...['sticky', ...others].flatMap((strategy) => [
          failedRatio(EVENTS, { event: KILLED, instances, strategy }),
          failingMs(EVENTS, { event: KILLED, instances, strategy }, 'kill'),
        ]),
        betweenEventsMs(EVENTS, { event: KILLED, instances }, { from: 'kill', until: 'down', watchedUntil: 'restart' }),
        ...['sticky', ...others].flatMap((strategy) => [
          loggedOutRatio(EVENTS, { event: FROZEN, instances, strategy }),
          failedRatio(EVENTS, { event: FROZEN, instances, strategy }),
        ]),
        betweenEventsMs(EVENTS, { event: FROZEN, instances }, { from: 'freeze', until: 'down', watchedUntil: 'thaw' }),
      ],
      finding: (words) =>
        `Killing one of ${instances} instances logs out ${words(lost('sticky'))} of users with sticky${others.map((strategy) => `, ${words(lost(strategy))} with ${strategy}`).join('')}.`,
    };
  },
  predictions: [
    {
      metric: 'loggedOutRatio',
      formula: '1/n with sticky where one is killed, else 0',
      at: ({ event, strategy, instances }) =>
        event === KILLED && endsWithInstance(strategy) ? 1 / Number(instances) : 0,
      within: () => 0.03,
    },
  ],
  misleads: [
    'Who is logged out is asked once the instance is back. Sessions on its disk are there again then: while it was away, they were refused.',
    'Users are dealt evenly to the instances. Where they are not, losing the fullest one loses more.',
    'Requests here only read, and the balancer tries them again elsewhere. A write that had begun would have failed.',
  ],
};
