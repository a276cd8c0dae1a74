import type { StrategyName } from '../../services/contract.js';

/** What measuring a fake cluster should find. */
export interface FakeTruth {
  /** µs of CPU of the instance for one page view, refusals included, by strategy. */
  readonly instanceMicros: Readonly<Partial<Record<StrategyName, number>> & Record<'none' | 'redis' | 'jwt', number>>;
  /** µs of CPU of Redis for one request that needs it. */
  readonly storeMicros: number;
  readonly balancerMicros: number;
  /** µs of CPU of the instance for one check of a password. */
  readonly passwordMicros: number;
  /** µs of CPU that each part spends on its own in a millisecond. */
  readonly idleMicrosPerMs: number;
  /** Characters of a token and of a session id. */
  readonly tokenLength: number;
  readonly sessionIdLength: number;
  /** Trips to the database for one page view. */
  readonly databaseTrips: number;
}

export const FAKE_TRUTH: FakeTruth = {
  instanceMicros: { none: 150, memory: 200, 'memory-leaky': 200, sticky: 200, redis: 300, jwt: 250 },
  storeMicros: 40,
  balancerMicros: 50,
  passwordMicros: 2_000,
  idleMicrosPerMs: 1,
  tokenLength: 300,
  sessionIdLength: 40,
  databaseTrips: 0,
};
