import { loggedOutUsersRatio } from '../metrics/timeline.js';
import { movedRatio } from '../metrics/visits.js';
import type { Claim } from './claim.js';
import { EVENTS, RESIZED } from './measurements.js';
import { above, which } from './rules.js';

const COOKIE = 'inserted-cookie';
const MODULO = 'source-hash:modulo';
const CONSISTENT = 'source-hash:consistent';
const REMOVED = 'one removed';
const NAMES: Readonly<Record<string, string>> = {
  [COOKIE]: 'a cookie',
  [MODULO]: 'addresses modulo',
  [CONSISTENT]: 'consistent hashing',
};

export const resizeAffinity: Claim = {
  id: 'resize-affinity',
  group: 'Faults',
  statement: 'Resizing moves pinned users',
  ask(scope) {
    const few = Math.max(2, ...scope.instances);
    const moved = (affinity: string, event: string) =>
      movedRatio(RESIZED, { affinity, event, instances: event === 'one added' ? few : few + 1 });
    const cases = [COOKIE, MODULO, CONSISTENT].flatMap((affinity) =>
      ['one added', 'one drained', REMOVED].map((event) => ({
        name: `${NAMES[affinity]} (${event})`,
        test: above(moved(affinity, event), 0.1),
      })),
    );
    return {
      rule: which(cases, { passing: 'users move' }),
      shows: ['sticky', 'redis', 'jwt']
        .filter((strategy) => scope.strategies.some((name) => name === strategy))
        .map((strategy) => loggedOutUsersRatio(EVENTS, { event: 'scaled out and in', instances: few, strategy })),
      finding: (words) =>
        `An instance added to ${few} moves ${words(moved(COOKIE, 'one added'))} of users who are tied by a cookie, ` +
        `${words(moved(MODULO, 'one added'))} by their address modulo ${few}, ${words(moved(CONSISTENT, 'one added'))} by consistent hashing; ` +
        `one of ${few + 1} removed at once moves ${words(moved(COOKIE, REMOVED))}, ${words(moved(MODULO, REMOVED))} and ${words(moved(CONSISTENT, REMOVED))} of them.`,
    };
  },
  predictions: [
    {
      metric: 'movedRatio',
      formula:
        'of m instances with the one that comes or goes: 1 − 1/m by modulo, 1/m by consistent hashing; by cookie 1/m where one is removed, else 0',
      at({ affinity, event, instances }) {
        const most = Number(instances) + (event === 'one added' ? 1 : 0);
        if (affinity === MODULO) return 1 - 1 / most;
        return affinity === CONSISTENT || event === REMOVED ? 1 / most : 0;
      },
      within: () => 0.1,
    },
  ],
  misleads: [
    'The balancer deals users with a cookie out in turn: the removed instance had its exact share of them in every round, by construction and not by chance.',
    'Consistent hashing is measured on one ring, that of these instances by their names. With other names the share that moves is another.',
    'Moved is not logged out: that follows only where sessions are in the instance. Where they are in a shared store, or in a token, nobody notices.',
    'A drained instance keeps those whom a cookie ties to it until the deadline of the draining; here they are asked before it.',
    'Every user has an address of his own here. Behind one address of a company or a provider all of them move, or none.',
  ],
};
