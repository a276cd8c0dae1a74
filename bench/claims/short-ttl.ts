import { LIFETIME_S, refreshTripsPerHour } from '../metrics/battery.js';
import { countedShare } from '../metrics/battery-cases.js';
import { wrongRatio } from '../metrics/race.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { type Act, WINDOW_PREDICTION, windowAfter, windowsAfter } from './ends.js';
import { jointly } from './joined.js';
import { REFRESHES, WINDOWS } from './measurements.js';
import { all, below } from './rules.js';

const STRATEGY = 'jwt-refresh';
const ENDED_BY: readonly Act[] = ['logout', 'passwordChange', 'revocation'];
/** Lifetimes of access tokens, in s, for which it is said what they cost. */
const LIFETIMES_S = [60, 900] as const;
/** Users whose clients met, none of whom may be logged out. */
const LEAST_USERS = 150;

const refreshedAfterLogout = countedShare(
  {
    metric: 'refreshedAfterLogoutRatio',
    label: 'refreshes accepted after logout',
    of: 'refreshedAfterLogout',
    by: 'refreshesAfterLogout',
  },
  WINDOWS,
  { strategy: STRATEGY },
);

export const shortTtl: Claim = {
  id: 'short-ttl',
  group: 'Logout and authority',
  statement: 'Short tokens bound the window',
  ask() {
    const window = (act: Act) => windowAfter(act, STRATEGY);
    const falseLogouts = (grace: number, clients: number) =>
      wrongRatio(REFRESHES, { strategy: STRATEGY, grace, clients }, 'clients logged out falsely');
    const trips = (lifetimeS: number) => refreshTripsPerHour(WINDOWS, { strategy: STRATEGY, lifetimeS });
    return {
      rule: jointly([
        all(ENDED_BY.map((act) => below(window(act), LIFETIME_S))),
        never(
          [2, 5].map((clients) => ({
            name: `${clients} clients and 10 s of grace`,
            quantity: falseLogouts(10, clients),
          })),
          { least: LEAST_USERS },
        ),
      ]),
      shows: [
        refreshedAfterLogout,
        ...[2, 5].map((clients) => falseLogouts(0, clients)),
        ...LIFETIMES_S.map(trips),
        ...ENDED_BY.flatMap((act) => windowsAfter(act, { strategies: [STRATEGY] })),
      ],
      finding: (words) =>
        `A copy of an access token that lives for ${LIFETIME_S} s is accepted for ${words(window('logout'))} after logout. Of clients that refresh at the same time with the same token ${words(falseLogouts(10, 2))} are logged out falsely where a used one is good for 10 s more.`,
      beside: (words) =>
        `Without that grace it is ${words(falseLogouts(0, 2))}. A user who goes on makes ${words(trips(60))} to the store in an hour with tokens of 60 s.`,
    };
  },
  predictions: [
    WINDOW_PREDICTION,
    {
      metric: 'refreshedAfterLogoutRatio',
      formula: 'none: logout ends the family of refresh tokens',
      at: () => 0,
      within: () => 0.15,
    },
  ],
  misleads: [
    'One lifetime was tried. That a token which lives for an hour has a window of an hour follows from what it is, and was not measured.',
    'The window is that of the access token. The refresh token is refused from the logout on, so a thief who has both is stopped when the access token runs out: see how many refreshes were accepted after logout.',
    'Grace is also good for a thief: a refresh token that was used may be used again for so long.',
    'Trips to the store in an hour follow from those of a refresh and from the lifetime; nobody was watched for an hour.',
  ],
};
