import { maxToMeanLoad, newInstanceShare } from '../metrics/visits.js';
import type { Claim } from './claim.js';
import { ADDED_INSTANCE, PAGES } from './measurements.js';
import { above, which } from './rules.js';

const UNEVEN_FROM = 1.1;

export const stickySkew: Claim = {
  id: 'sticky-skew',
  group: 'Mismatch and scaling out',
  statement: 'Sticky routing spreads load unevenly',
  ask(scope) {
    const instances = Math.max(2, ...scope.instances);
    const equal = maxToMeanLoad(PAGES, { strategy: 'sticky', instances });
    const zipf = maxToMeanLoad(PAGES, { strategy: 'sticky', instances, activity: 'zipf' });
    const added = newInstanceShare(ADDED_INSTANCE, { strategy: 'sticky', instances });
    return {
      rule: which(
        [
          { name: 'users of equal activity', test: above(equal, UNEVEN_FROM) },
          { name: 'users of unequal activity', test: above(zipf, UNEVEN_FROM) },
        ],
        { passing: 'uneven' },
      ),
      shows: [added],
      finding: (words) =>
        `The busiest of ${instances} instances gets ${words(zipf)} the mean where users are unequally active, ` +
        `${words(equal)} where equally.`,
      beside: (words) => `An added instance gets ${words(added)} of the requests of users who were there before.`,
    };
  },
  predictions: [
    { metric: 'newInstanceShare', formula: '0: they stay where they are', at: () => 0, within: () => 0.05 },
  ],
  misleads: [
    'Few users per instance: with many, single heavy users weigh less and the spread is more even.',
    'Unequal is Zipf with exponent 1, the most active user sending about a sixth of all requests. Real users may be more alike.',
    'Equal users are spread evenly by construction here: they sign in one after another, the balancer deals them out in turn, and all stay. After instances come and go they are dealt less evenly.',
  ],
};
