import type { Factors } from '../contract.js';
import type { Hop } from '../metrics/head-limits.js';

/** What a simulated run would find if it measured without noise. */
export interface Truth {
  /** Share of requests that are recognised while nothing happens. */
  recognised(strategy: string, instances: number): number;
  /** Busiest instance by the mean, where users are sticky and equally or unequally active. */
  readonly skew: { readonly equal: number; readonly zipf: number };
  /** Of requests of users who had signed in before, those at an instance that was added. */
  readonly addedShare: number;
  /** Share of users who are served by another instance once one has come or gone. */
  moved(affinity: string, event: string, instances: number): number;
  /** Share of what is tried in a race that goes wrong. */
  wrong(race: string, factors: Factors): number;
  /** µs of CPU for one login with a password, and without a check of it. */
  readonly loginMicros: number;
  readonly uncheckedLoginMicros: number;
  /** µs of CPU for one request, by strategy. */
  readonly instanceMicros: Readonly<Record<string, number>>;
  readonly storeMicros: Readonly<Record<string, number>>;
  readonly databaseMicros: Readonly<Record<string, number>>;
  readonly balancerMicros: number;
  /** What a request costs in a cell of its own kind, in times of what it costs otherwise. */
  costTimes(factors: Factors): number;
  /** Trips to the database for one request, by strategy. */
  readonly databaseTrips: Readonly<Record<string, number>>;
  /** Bytes of one session, by strategy. */
  readonly sessionBytes: Readonly<Record<'instance' | 'store', Readonly<Record<string, number>>>>;
  /** How many times the p99 without logins, by the gate for password checks. */
  p99InStorm(gate: string): number;
  /** µs of CPU that each part spends on its own in a second. */
  readonly idleMicrosPerSecond: number;
  readonly requestBytes: Readonly<Record<string, number>>;
  readonly responseBytes: number;
  /** Slices of CPU. */
  readonly instanceCores: number;
  readonly storeCores: number;
  /** Times what one instance serves, refusals included. */
  speedup(strategy: string, instances: number): number;
  p99Ms(strategy: string, load: number): number;
  /** Share of users who are signed in no more after an event. */
  loggedOut(event: string, strategy: string, instances: number): number;
  /** Share of requests that are answered while the event lasts, as it is recognised. */
  answered(event: string, strategy: string): number;
  /** From an event until it is noticed, and from its end until requests are answered again, in ms. */
  readonly detectMs: number;
  readonly recoverMs: number;
  /** How long a replicated store is away when its master is killed, and the share of failovers in which something is lost. */
  outageS(store: string): number;
  lostInFailover(store: string): number;
  /** Between instances that tell each other of sessions. */
  messagesPerLogin(instances: number): number;
  /** How long a copy of a credential is accepted after what ends it, in s; without end where it always is. */
  windowS(strategy: string, act: string, cacheSeconds: number): number;
  /** Share of what is tried once in a case of a battery that comes out otherwise than it should. */
  misjudged(strategy: string, name: string): number;
  /** So many times what is usual is tried. */
  readonly triedTimes: number;
  /** Bytes of the largest token that is accepted, by hop; of one that is not here nobody knows. */
  readonly largestTokenBytes: Readonly<Partial<Record<Hop, number>>>;
  /** Share of what is known of a user that can be read in his token. */
  readonly readable: number;
  /** Of a service elsewhere to the issuer of tokens, in a round of 1,200 requests. */
  readonly issuerCalls: number;
  /** Standard deviation of the logarithm of what a round finds. */
  readonly noise: number;
}

const inInstances = (strategy: string) => strategy === 'memory' || strategy === 'sticky';

/** Loads at which p99 is given: between them its logarithm is linear. */
const [LOWEST, HIGHEST] = [0.3, 0.85];

export function risingP99Ms(lowestMs: number, highestMs: number, load: number): number {
  return lowestMs * (highestMs / lowestMs) ** ((load - LOWEST) / (HIGHEST - LOWEST));
}

export const TRUTH: Truth = {
  recognised: (strategy, instances) => (strategy === 'memory' ? 1 / instances : 1),
  skew: { equal: 1, zipf: 1.4 },
  addedShare: 0,
  moved(affinity, event, instances) {
    const most = instances + (event === 'one added' ? 1 : 0);
    if (affinity === 'source-hash:modulo') return 1 - 1 / most;
    return affinity === 'source-hash:consistent' || event === 'one removed' ? 1 / most : 0;
  },
  wrong(race, { strategy, update, grace }) {
    if (race === 'cart') return update === 'atomic' ? 0 : 0.8;
    if (race === 'revival') return strategy === 'memory-leaky' ? 1 : 0;
    return grace === 0 ? 1 : 0;
  },
  loginMicros: 16_000,
  uncheckedLoginMicros: 400,
  instanceMicros: {
    none: 20,
    memory: 35,
    sticky: 36,
    redis: 55,
    'redis-id': 58,
    jwt: 60,
    'jwt-denylist': 57,
    postgres: 70,
    file: 66,
  },
  storeMicros: { redis: 2.2, 'redis-id': 2.2, 'jwt-denylist': 2.4 },
  databaseMicros: { postgres: 30, 'redis-id': 25 },
  balancerMicros: 40,
  costTimes: ({ claimsBytes, cacheSeconds }) =>
    (Number(cacheSeconds ?? 0) > 0 ? 0.7 : 1) * (1 + Number(claimsBytes ?? 0) / 6_000),
  databaseTrips: { 'redis-id': 1, basic: 1, postgres: 1 },
  sessionBytes: { instance: { memory: 300 }, store: { redis: 320 } },
  p99InStorm: (gate) => (gate === 'open' ? 8 : 1.1),
  idleMicrosPerSecond: 2_000,
  requestBytes: {
    none: 90,
    memory: 180,
    sticky: 230,
    redis: 180,
    'redis-id': 183,
    jwt: 450,
    'jwt-denylist': 455,
    basic: 150,
    postgres: 183,
    file: 178,
  },
  responseBytes: 320,
  instanceCores: 0.1,
  storeCores: 0.016,
  speedup: (_, instances) => instances,
  p99Ms: (strategy, load) => (strategy === 'redis' ? risingP99Ms(12, 60, load) : risingP99Ms(11, 50, load)),
  loggedOut(event, strategy, instances) {
    if (!inInstances(strategy)) return event === 'store killed' && strategy === 'redis' ? 1 : 0;
    if (event.startsWith('rolling restart')) return 1;
    return event === 'instance killed' ? 1 / instances : 0;
  },
  answered: (event, strategy) => (event.startsWith('store') && strategy === 'redis' ? 0 : 1),
  outageS: () => 4,
  lostInFailover: () => 0,
  messagesPerLogin: (instances) => instances - 1,
  windowS(strategy, act, cacheSeconds) {
    if (cacheSeconds > 0) return cacheSeconds;
    if (strategy === 'jwt' || strategy === 'jwt-refresh') return 7.4;
    if (strategy === 'basic' && act === 'logout') return Number.POSITIVE_INFINITY;
    return inInstances(strategy) && act !== 'logout' ? Number.POSITIVE_INFINITY : 0;
  },
  misjudged: () => 0,
  triedTimes: 1,
  largestTokenBytes: { balancer: 15_230, instance: 16_254 },
  readable: 1,
  issuerCalls: 1,
  detectMs: 300,
  recoverMs: 250,
  noise: 0.05,
};
