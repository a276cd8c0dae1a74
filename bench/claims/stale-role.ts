import type { Claim } from './claim.js';
import { WINDOW_PREDICTION, windowAfter, windowsAfter } from './ends.js';
import { above, all } from './rules.js';

export const staleRole: Claim = {
  id: 'stale-role',
  group: 'Logout and authority',
  statement: 'Roles in a token go stale',
  ask(scope) {
    const window = (strategy: string) => windowAfter('demotion', strategy);
    return {
      rule: all([above(window('jwt'), 1)]),
      shows: windowsAfter('demotion', scope),
      finding: (words) => `An admin who was demoted still lists all users for ${words(window('jwt'))} with a token.`,
      beside: (words) =>
        `With a session in Redis it is ${words(window('redis'))}, as the demotion ends it; in the memory of another instance than the one that demotes, ${words(window('memory'))}.`,
    };
  },
  predictions: [WINDOW_PREDICTION],
  misleads: [
    'Tokens live for 8 s here, and the role is as old as the token at most. It is asked every few tenths of a second, which is how well the end of it is known.',
    'Sessions keep a copy of the role as well: what makes them fresh is that a demotion ends them. One that holds the id alone asks the database each time.',
  ],
};
