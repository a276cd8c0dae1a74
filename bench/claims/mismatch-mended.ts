import { recognisedRatio } from '../metrics/visits.js';
import { comparedOf, isLostElsewhere } from '../strategies.js';
import type { Claim } from './claim.js';
import { PAGES } from './measurements.js';
import { above, all } from './rules.js';

const REMEDIES = ['sticky', 'redis', 'jwt'] as const;

export const mismatchMended: Claim = {
  id: 'mismatch-mended',
  group: 'Mismatch and scaling out',
  statement: 'Sticky routing, a shared store and tokens each mend it',
  ask(scope) {
    const share = (strategy: string, instances: number) => recognisedRatio(PAGES, { strategy, instances });
    const most = Math.max(...scope.instances);
    const others = comparedOf(scope.strategies).filter(
      (name) => !isLostElsewhere(name) && !REMEDIES.some((remedy) => remedy === name),
    );
    return {
      rule: all(
        REMEDIES.flatMap((strategy) => scope.instances.map((instances) => above(share(strategy, instances), 0.99))),
      ),
      shows: others.map((strategy) => share(strategy, most)),
      alwaysShown: others.length,
      finding: (words) =>
        `On ${most} instances ${REMEDIES.map((strategy) => `${strategy} recognises ${words(share(strategy, most))}`).join(', ')} of requests.`,
    };
  },
  predictions: [{ metric: 'recognisedRatio', formula: '100 %', at: () => 1, within: () => 0.01 }],
  misleads: [
    'Nothing failed meanwhile: what each remedy does when an instance or the store dies is another claim.',
    'Users are few and their sessions young: none had to be moved, evicted or renewed.',
  ],
};
