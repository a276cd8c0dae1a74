import type { Claim } from './claim.js';
import { WINDOW_PREDICTION, windowAfter, windowsAfter } from './ends.js';
import { above, all, below } from './rules.js';

const SESSIONS = ['memory', 'redis'] as const;

export const logoutImmediate: Claim = {
  id: 'logout-immediate',
  group: 'Logout and authority',
  statement: 'A session ends at once, a token lives on',
  ask(scope) {
    const window = (strategy: string) => windowAfter('logout', strategy);
    return {
      rule: all([...SESSIONS.map((session) => below(window(session), 0.1)), above(window('jwt'), 1)]),
      shows: windowsAfter('logout', scope),
      finding: (words) =>
        `After logout a copy of the cookie is accepted for ${words(window('redis'))} with redis and ${words(window('memory'))} with memory, a copy of a token for ${words(window('jwt'))}.`,
      beside: (words) => `A password that is sent each time is accepted for ${words(window('basic'))}.`,
    };
  },
  predictions: [WINDOW_PREDICTION],
  misleads: [
    'Tokens live for 8 s here, with no tolerance for clocks. One that lives for an hour is accepted for an hour.',
    'The user logs out as soon as he has signed in, so that nearly all of the lifetime is left. A token says in whole seconds when it expires, which takes half a second off on average.',
    'A copy is presented every 0.05 s at first and every 0.2 s later, and what counts is when it was presented, not when the answer came: shorter windows are not told from none, and 0 s is the first copy refused.',
  ],
};
