import { failedRatio, loggedOutRatio } from '../metrics/timeline.js';
import { comparedOf, isLostElsewhere } from '../strategies.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { EVENTS } from './measurements.js';
import { above, which } from './rules.js';

const WITHOUT = 'store killed';
const WITH = 'store restarted, persistent';

export const storeRestart: Claim = {
  id: 'store-restart',
  group: 'Faults',
  statement: 'A restarted store logs everyone out',
  ask(scope) {
    const instances = Math.max(2, ...scope.instances);
    const lost = (event: string, strategy = 'redis') => loggedOutRatio(EVENTS, { event, instances, strategy });
    const others = comparedOf(scope.strategies).filter((name) => name !== 'redis' && !isLostElsewhere(name));
    return {
      // All are lost or none: a half is far from both.
      rule: which(
        [
          { name: 'a store that keeps nothing on disk', test: above(lost(WITHOUT), 0.5) },
          { name: 'one that writes each change', test: above(lost(WITH), 0.5) },
        ],
        { passing: 'everyone is logged out' },
      ),
      shows: [
        ...others.map((strategy) => lost(WITHOUT, strategy)),
        ...others.map((strategy) => lost(WITH, strategy)),
        failedRatio(EVENTS, { event: WITH, instances, strategy: 'redis' }),
      ],
      finding: (words) =>
        `A Redis that is killed and started again logs out ${words(lost(WITHOUT))} of users where it keeps nothing on disk, ` +
        `${words(lost(WITH))} where it writes each change there before it answers.`,
      ...(others.length > 0 && {
        beside: (words) =>
          `The first logs out ${joinWords(others.map((strategy) => `${words(lost(WITHOUT, strategy))} with ${strategy}`))}.`,
      }),
    };
  },
  predictions: [
    {
      metric: 'loggedOutRatio',
      formula: '1 with redis where nothing is kept on disk, else 0',
      at: ({ event, strategy }) => (event === WITHOUT && strategy === 'redis' ? 1 : 0),
      within: () => 0.1,
    },
  ],
  misleads: [
    'The process is killed, not the machine: what the kernel had not yet put on the disk is still there. With a power cut that depends on appendfsync, which is always here and everysec by default.',
    'Writing each change to the disk before answering makes each login and each change of a session slower. Reading a session costs no more.',
  ],
};
