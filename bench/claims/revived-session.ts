import { STRATEGIES } from '../../services/contract.js';
import { wrongRatio } from '../metrics/race.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { happens } from './counted.js';
import { REVIVALS } from './measurements.js';

const LEAST_TRIALS = 3_000;
/** One for each kind of store: sticky has that of memory, redis-id that of redis. */
const STORES = ['memory', 'memory-leaky', 'redis', 'postgres', 'file'] as const;

export const revivedSession: Claim = {
  id: 'revived-session',
  group: 'Logout and authority',
  statement: 'A request in flight revives a logged-out session',
  ask(scope) {
    const chosen = STORES.filter((strategy) => scope.strategies.includes(strategy));
    const tried = chosen.length > 0 ? chosen : (['redis'] as const);
    const revived = (strategy: (typeof STORES)[number]) => {
      const instances = STRATEGIES[strategy].state === 'instance' ? 1 : Math.max(2, ...scope.instances);
      return wrongRatio(REVIVALS, { strategy, instances }, 'sessions revived');
    };
    return {
      rule: happens(
        tried.map((strategy) => ({ name: strategy, quantity: revived(strategy) })),
        { least: LEAST_TRIALS, doing: 'sessions come back' },
      ),
      finding: (words) =>
        `Of sessions that ended while a request that changes them was under way, ${joinWords(tried.map((strategy) => `${words(revived(strategy))} with ${strategy}`))} were good again after it.`,
    };
  },
  misleads: [
    'It is the stores of this project that are tried. They write a session that they have read only where it is still there. The default store of the session library does not look: --strategies memory-leaky,memory,redis,jwt shows it.',
    'The request is held back between its head and its body, which is when its session has been read and not yet written. What comes between other two steps is not tried.',
  ],
};
