import type { StrategyTraits } from '../../../services/contract.js';
import { POPULATION } from '../../claims/measurements.js';
import { SCALES_FROM } from '../../claims/stateless-scales.js';
import type { Factors } from '../../contract.js';
import { LIFETIME_S } from '../../metrics/battery.js';

/** Where a number has to lie for a strategy to give what is needed: its whole interval on that side, or as low as the lowest. */
export type Limit =
  | { readonly is: 'above' | 'below'; readonly limit: number | ((factors: Factors) => number) }
  | { readonly is: 'least' };

/** Something that one may need of a strategy, and the number of a run that tells whether it is given. */
export interface Criterion {
  readonly id: string;
  /** Goes on after "if ". */
  readonly need: string;
  /** What the number is. */
  readonly number: string;
  /** Heads a column of the matrix. None where it stands in the guide alone. */
  readonly head?: string;
  /** Claims that have the number; a cell leads to the one that it is from. */
  readonly claims: readonly string[];
  /** The first of these that was measured. */
  readonly metrics: readonly string[];
  /** Factors that the number has beside its strategy. Of what differs in others, that with the most instances or sessions counts. */
  readonly factors?: Factors;
  readonly met: Limit;
  /** What happens to a strategy that does not give it, where the title tells of it: "when Redis dies", with the number. */
  readonly breaks?: { readonly when: string; what(words: string): string };
  /** What limits a number to less than its column says; empty where nothing does. */
  note?(traits: StrategyTraits): string;
  /** What a strategy is built for, by its traits, to which contract tests hold it: stands where nothing was measured. */
  design?(traits: StrategyTraits): string;
}

/** As in the claims on faults: what less than a tenth of users notice. */
const HARDLY_ANY = 0.1;
/** In s: sooner than anybody acts. */
const AT_ONCE_S = 0.1;

const window = (act: string): Pick<Criterion, 'metrics' | 'factors' | 'met'> => ({
  metrics: ['windowS'],
  factors: { act },
  met: { is: 'below', limit: AT_ONCE_S },
});

const HOMES: Readonly<Record<StrategyTraits['state'], string>> = {
  instance: 'in the instance',
  redis: 'in Redis',
  'every instance': 'in every instance',
  database: 'in the database',
  client: 'none',
  nowhere: 'none',
};

function isLostElsewhere({ state, routing }: StrategyTraits): boolean {
  return state === 'instance' && routing === 'round-robin';
}

export const CRITERIA: readonly Criterion[] = [
  {
    id: 'signed-in',
    need: 'users must stay signed in on several instances',
    head: 'Stays signed in',
    number: 'of requests',
    claims: ['mismatch', 'mismatch-mended'],
    metrics: ['recognisedRatio'],
    met: { is: 'above', limit: 0.99 },
    design: (traits) => (isLostElsewhere(traits) ? '1/n' : 'all'),
  },
  {
    id: 'cheapest',
    need: 'a request must cost instance and Redis as little as possible',
    head: 'Server CPU',
    number: 'instance + Redis',
    claims: ['token-bytes', 'fewer-db-trips', 'denylist-cost', 'password-each-request'],
    metrics: ['serverCpuMicrosPerRequest'],
    met: { is: 'least' },
    note: ({ databaseTripsPerRead }) => (databaseTripsPerRead > 0 ? '+ database' : ''),
  },
  {
    id: 'scales',
    need: 'more instances must serve more',
    head: 'More instances',
    number: 'capacity',
    claims: ['stateless-scales'],
    metrics: ['speedup'],
    met: { is: 'above', limit: ({ instances }) => SCALES_FROM * Number(instances) },
    breaks: { when: 'when instances are added', what: (words) => `they recognise ${words} what one does` },
  },
  {
    id: 'instance-dies',
    need: 'an instance may die and sign hardly anybody out',
    head: 'Instance dies',
    number: 'users signed out',
    claims: ['instance-dies'],
    metrics: ['loggedOutRatio'],
    factors: { event: 'instance killed' },
    met: { is: 'below', limit: HARDLY_ANY },
    breaks: { when: 'when an instance dies', what: (words) => `${words} of users are signed out` },
    design: ({ survivesInstance }) => (survivesInstance ? 'none' : 'its own'),
  },
  {
    id: 'store-dies',
    need: 'Redis may die',
    head: 'Redis dies',
    number: 'requests answered',
    claims: ['store-dies'],
    metrics: ['answeredRatio'],
    factors: { event: 'store killed' },
    met: { is: 'above', limit: 1 - HARDLY_ANY },
    breaks: { when: 'when Redis dies', what: (words) => `${words} of requests are answered` },
    design: ({ storeTripsPerRead }) => (storeTripsPerRead > 0 ? 'none' : 'all'),
  },
  {
    id: 'logout',
    need: 'logout must work at once',
    head: 'After logout',
    number: `copy works, ${LIFETIME_S} s tokens`,
    claims: ['logout-immediate'],
    ...window('logout'),
    // Elsewhere nobody knows the session, and the logout itself is refused.
    note: (traits) => (isLostElsewhere(traits) ? 'at its instance' : ''),
    breaks: { when: 'at logout', what: (words) => `a copy still works for ${words}; tokens live ${LIFETIME_S} s here` },
  },
  {
    id: 'memory',
    need: 'a user who is signed in must take little memory',
    head: 'Memory',
    number: 'per user',
    claims: ['memory-growth'],
    metrics: ['storeBytesPerSession', 'instanceBytesPerSession'],
    factors: POPULATION.settings,
    met: { is: 'least' },
    note: ({ state }) => (state === 'every instance' ? 'in each instance' : ''),
    design: ({ credential, state, survivesRestart }) => {
      if (state === 'instance' && survivesRestart) return 'on its disk';
      if (credential === 'cookie') return HOMES[state];
      return state === 'redis' ? '' : HOMES.client;
    },
  },
  {
    id: 'password-change',
    need: 'a change of password must end what was stolen',
    number: 'a copy still works',
    claims: ['theft-window'],
    ...window('change of password'),
  },
  {
    id: 'revocation',
    need: 'an admin must be able to throw a user out at once',
    number: 'a copy still works',
    claims: ['theft-window'],
    ...window('revocation'),
  },
  {
    id: 'demotion',
    need: 'who loses a role must lose it at once',
    number: 'still has the role',
    claims: ['stale-role'],
    ...window('demotion'),
  },
  {
    id: 'deploy',
    need: 'a deployment must sign hardly anybody out',
    number: 'users signed out, each instance drained first',
    claims: ['rolling-deploy'],
    metrics: ['loggedOutRatio'],
    factors: { event: 'rolling restart, drained' },
    met: { is: 'below', limit: HARDLY_ANY },
  },
  {
    id: 'database',
    need: 'no request may ask the database who the user is',
    number: 'trips to the database for each request',
    claims: ['token-bytes', 'fewer-db-trips'],
    metrics: ['databaseTripsPerRequest'],
    met: { is: 'below', limit: 0.01 },
  },
  {
    id: 'unreadable',
    need: 'whoever finds a credential must learn nothing from it',
    number: 'of what the server knows of a user can be read',
    claims: ['payload-readable'],
    metrics: ['readableRatio'],
    met: { is: 'below', limit: HARDLY_ANY },
  },
  {
    id: 'forgery',
    need: 'forged credentials must be refused',
    number: 'of forgeries accepted',
    claims: ['tamper-detected'],
    metrics: ['forgeriesAcceptedRatio'],
    met: { is: 'below', limit: 0.01 },
  },
  {
    id: 'concurrent',
    need: 'several requests save one session at a time, each as a whole',
    number: 'of ten changes at once are lost',
    claims: ['lost-update'],
    metrics: ['wrongRatio'],
    factors: { update: 'session' },
    met: { is: 'below', limit: HARDLY_ANY },
  },
  {
    id: 'atomic',
    need: 'several requests add to one session at a time, by a script in the store',
    number: 'of ten changes at once are lost',
    claims: ['lost-update'],
    metrics: ['wrongRatio'],
    factors: { update: 'atomic' },
    met: { is: 'below', limit: HARDLY_ANY },
  },
];
