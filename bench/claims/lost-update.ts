import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import { cpuMicrosPerOperation, operationCostRatio, wrongRatio } from '../metrics/race.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { happens } from './counted.js';
import { CARTS } from './measurements.js';

/** Of ten items each: what is lost more often than once in 1,000 is likely to show. */
const LEAST_CARTS = 100;

export const lostUpdate: Claim = {
  id: 'lost-update',
  group: 'Logout and authority',
  statement: 'Concurrent requests lose session data',
  ask(scope) {
    const keeping = scope.strategies.filter((strategy) => STRATEGIES[strategy].keepsCart);
    const held: readonly StrategyName[] = keeping.length > 0 ? keeping : ['redis'];
    const cell = (strategy: StrategyName, update: string) => {
      const { state, routing } = STRATEGIES[strategy];
      // Where nobody else finds the session, one instance has to serve alone.
      const isAlone = state === 'instance' && routing === 'round-robin';
      return { strategy, instances: isAlone ? 1 : Math.max(2, ...scope.instances), update };
    };
    const lost = (strategy: StrategyName, update = 'session') =>
      wrongRatio(CARTS, cell(strategy, update), 'items lost');
    const shared = held.find((strategy) => STRATEGIES[strategy].state === 'redis') ?? held[0] ?? 'redis';
    const cost = operationCostRatio(
      CARTS,
      cell(shared, 'atomic'),
      cell(shared, 'session'),
      'CPU of instance and store per write, appended in the store by saved whole',
    );
    return {
      rule: happens(
        held.map((strategy) => ({ name: strategy, quantity: lost(strategy) })),
        { least: LEAST_CARTS, doing: 'items are lost' },
      ),
      shows: [
        lost(shared, 'atomic'),
        cost,
        ...['session', 'atomic'].map((update) => cpuMicrosPerOperation(CARTS, cell(shared, update))),
      ],
      finding: (words) =>
        `Of ten items put into a cart at once, each answered as added, ${joinWords(held.map((strategy) => `${words(lost(strategy))} with ${strategy}`))} are lost.`,
      beside: (words) =>
        `Appended inside the store ${words(lost(shared, 'atomic'))} are lost with ${shared}, and a write takes ${words(cost)} the CPU.`,
    };
  },
  misleads: [
    'Ten requests at once on one session are a hard case, of which nine can be lost at most: the last one written stays. Whoever sends one after the other loses nothing.',
    'The session is read, changed and written as a whole, as session libraries do. Fields that are written one by one are lost only where two requests write the same one.',
    'Strategies that keep no state refuse a cart, so they lose nothing here: where it is kept instead, in a database, the same has to be asked.',
  ],
};
