import { ACTS } from '../metrics/battery.js';
import type { Claim } from './claim.js';
import { type Act, WINDOW_PREDICTION, windowAfter, windowsAfter } from './ends.js';
import { above, which } from './rules.js';

const REMEDIES: readonly Act[] = ['logout', 'passwordChange', 'revocation'];

export const theftWindow: Claim = {
  id: 'theft-window',
  group: 'Logout and authority',
  statement: 'A stolen token is good until it expires',
  ask(scope) {
    const token = (act: Act) => windowAfter(act, 'jwt');
    const elsewhere = windowAfter('revocation', 'memory');
    return {
      rule: which(
        REMEDIES.map((act) => ({ name: ACTS[act], test: above(token(act), 1) })),
        { passing: 'the thief goes on' },
      ),
      shows: REMEDIES.flatMap((act) => windowsAfter(act, scope)),
      finding: (words) =>
        `A stolen token is accepted for ${words(token('logout'))} after logout, ${words(token('passwordChange'))} after a change of password and ${words(token('revocation'))} after an admin revoked it.`,
      beside: (words) =>
        `Of sessions that an admin revokes at another instance, one in Redis is accepted for ${words(windowAfter('revocation', 'redis'))}, one in the memory of the first instance for ${words(elsewhere)}.`,
    };
  },
  predictions: [WINDOW_PREDICTION],
  misleads: [
    'Tokens live for 8 s here. What is stolen is good for whatever lifetime one gives to it.',
    'Logout comes to the instance that the cookie leads to, changes of password and revocations to another one, as round robin may have it.',
    'What is kept in memory is watched for 9 s only: it ends with its own lifetime, or with the instance.',
  ],
};
