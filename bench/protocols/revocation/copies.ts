/** Copies of credentials, as a thief would keep them. */
import { setTimeout } from 'node:timers/promises';
import type { Pool } from 'undici';
import { type LoginReply, STRATEGIES, type StrategyName } from '../../../services/contract.js';
import type { BatteryCase } from '../../contract.js';
import { BenchError } from '../../errors.js';
import { Identity } from '../../load/identity.js';
import { Answers } from '../batteries/answers.js';

export interface Copy {
  readonly strategy: StrategyName;
  /** Whose it was. */
  readonly owner: Identity;
  readonly path: string;
  /** How often it is presented, once it has been for a while. */
  readonly everyMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In ms of `performance.now()`; undefined where it does not say. */
  readonly expiresAtMs: number | undefined;
}

export interface SigningIn {
  readonly pool: Pool;
  readonly url: string;
  readonly strategy: StrategyName;
  readonly username: string;
  /** What the copy will be presented for, under the strategy's prefix. */
  readonly path: string;
  readonly everyMs: number;
  readonly benchToken: string;
  readonly password: string;
}

/** Signs a user in and copies what he presents. */
export async function signInAndCopy(who: SigningIn): Promise<Copy> {
  const { pool, url, strategy, username, path, everyMs } = who;
  const owner = new Identity({ pool, origin: url, strategy, username });
  const takesPassword = STRATEGIES[strategy].credential === 'password';
  const reply = await (takesPassword ? owner.login(who.password) : owner.benchLogin(who.benchToken));
  return {
    strategy,
    owner,
    path: owner.absolutePath(path),
    everyMs,
    headers: owner.credentialsFor(path),
    expiresAtMs: expiryOf((JSON.parse(reply.body) as LoginReply).token),
  };
}

/** RFC 7519, section 4.1.4: anyone can read it. */
function expiryOf(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp: number };
  return 1000 * exp - Date.now() + performance.now();
}

/** @returns the status, 0 where no answer came */
export async function present({ path, headers }: Copy, at: Pool): Promise<number> {
  try {
    const { statusCode, body } = await at.request({ method: 'GET', path, headers });
    await body.dump();
    return statusCode;
  } catch {
    return 0;
  }
}

/** What instances tell each other may take so long to arrive; what is anywhere else is there at once. */
const ARRIVAL_MS = 2_000;
const ARRIVAL_STEP_MS = 20;

/** @throws BenchError REQUEST_FAILED: of a copy that was never good its refusal says nothing */
export async function presentGood(copy: Copy, at: Pool): Promise<void> {
  const isTold = STRATEGIES[copy.strategy].state === 'every instance';
  const deadline = performance.now() + (isTold ? ARRIVAL_MS : 0);
  let status = await present(copy, at);
  while (status !== 200 && performance.now() < deadline) {
    await setTimeout(ARRIVAL_STEP_MS);
    status = await present(copy, at);
  }
  if (status === 200) return;
  throw new BenchError(
    'REQUEST_FAILED',
    `GET ${copy.path} by ${copy.owner.username} before anything ended it: ${status}`,
  );
}

const REFUSALS = [401, 403];
/** Refused twice in a row is refused for good. */
const ENOUGH_REFUSALS = 2;
/** What is refused later than a token expires goes on for as long as one watches. */
const WATCHED_MS = 9_000;
const FIRST_MS = 500;
const FIRST_STEP_MS = 50;
const PASSWORD_STEP_MS = 1_000;

/** Presents a copy until it is refused for good, or for as long as is watched. Times count from `endedAtMs` on. */
export async function presentUntilRefused(copy: Copy, at: Pool, endedAtMs: number, signal: AbortSignal) {
  const answers = new Answers();
  const isPassword = STRATEGIES[copy.strategy].credential === 'password';
  const [soonMs, laterMs] = isPassword ? [PASSWORD_STEP_MS, PASSWORD_STEP_MS] : [FIRST_STEP_MS, copy.everyMs];
  let refusals = 0;
  for (;;) {
    // When it is asked: how long a busy machine takes to answer is no part of a window.
    const atMs = performance.now() - endedAtMs;
    const status = await present(copy, at);
    answers.add(atMs, status);
    refusals = REFUSALS.includes(status) ? refusals + 1 : 0;
    if (refusals === ENOUGH_REFUSALS || atMs > WATCHED_MS) return answers.all;
    await setTimeout(refusals > 0 || atMs < FIRST_MS ? soonMs : laterMs);
    signal.throwIfAborted();
  }
}

/** As the result file has it. */
export function caseOf(copy: Copy, name: string, answers: BatteryCase['answers'], endedAtMs: number): BatteryCase {
  const { strategy, expiresAtMs } = copy;
  const expiresMs = expiresAtMs === undefined ? undefined : Math.max(0, expiresAtMs - endedAtMs);
  return { strategy, name, expected: 'refused', answers, ...(expiresMs !== undefined && { expiresMs }) };
}
