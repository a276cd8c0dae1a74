import pMap from 'p-map';
import type { Dispatcher } from 'undici';
import { SEED, STRATEGIES, type StrategyName } from '../../services/contract.js';
import { type Random, shuffle } from '../stats/prng.js';
import { Identity } from './identity.js';

/** Requests under way at once while users act one by one. */
const CONCURRENCY = 16;

export interface SignIn {
  readonly pool: Dispatcher;
  /** Origin of the balancer. */
  readonly url: string;
  readonly benchToken: string;
  readonly demoPassword: string;
  readonly strategy: StrategyName;
  readonly count: number;
  readonly signal: AbortSignal;
}

/**
 * Signs in the first `count` seeded users, each with cookies or a token of its own: without hashing a password, but where it is the
 * credential itself.
 */
export async function signInUsers(who: SignIn): Promise<Identity[]> {
  const { pool, url, benchToken, demoPassword, strategy, count, signal } = who;
  const isPassword = STRATEGIES[strategy].credential === 'password';
  const identities = Array.from(
    { length: count },
    (_, index) => new Identity({ pool, origin: url, strategy, username: `${SEED.userPrefix}${index + 1}` }),
  );
  const signIn = (identity: Identity) => (isPassword ? identity.login(demoPassword) : identity.benchLogin(benchToken));
  await pMap(identities, signIn, { concurrency: CONCURRENCY, signal });
  return identities;
}

/**
 * Lets every user act once, in a random order. Without the shuffle the users would march in step with the round robin, and a
 * user would meet the same instance every time, or never.
 */
export async function eachOnce<T>(
  users: readonly T[],
  random: Random,
  signal: AbortSignal,
  act: (user: T) => Promise<void>,
): Promise<void> {
  await pMap(shuffle(users, random), act, { concurrency: CONCURRENCY, signal });
}
