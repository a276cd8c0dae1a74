import type { Dispatcher } from 'undici';
import { ROUTES, SEED, type StrategyName } from '../../services/contract.js';
import type { FailoverSettings } from '../contract.js';
import { type Random, uniformInt } from '../stats/prng.js';
import { type Arrivals, startArrivals } from './arrivals.js';
import { LoginRefusedError } from './errors.js';
import { Identity } from './identity.js';

/** Where what nobody could answer is asked again. */
const TRIES = 5;
const TRY_AGAIN_MS = 200;

/** Where requests go, in turn. */
export interface Target {
  readonly pool: Dispatcher;
  readonly origin: string;
}

/** What was asked, and what came of it. */
export interface Asked {
  /** ms from the start of the load */
  readonly dueAtMs: number;
  /** From when it was sent. */
  readonly latencyMs: number;
  /** 0 where there was no answer. */
  readonly status: number;
}

/** A session as a client has it, with when its last change was acknowledged. */
export interface Session {
  readonly headers: Readonly<Record<string, string>>;
  readonly acknowledgedMs: number;
}

export interface SessionTrafficOptions {
  readonly targets: readonly Target[];
  readonly strategy: StrategyName;
  readonly benchToken: string;
  /** How many come in a second. */
  readonly rates: FailoverSettings;
  readonly random: Random;
}

/**
 * People who sign in, read and sign out, and the count of what they were promised: a login or a logout that was answered with success is
 * acknowledged, and what becomes of it later is told from its session alone.
 */
export class SessionTraffic {
  readonly asked: Asked[] = [];
  /** Acknowledged logins whose sessions nobody tried to end, in order. */
  readonly signedIn: Session[] = [];
  /** Sessions that were ended. */
  readonly signedOut: Session[] = [];
  /** When the last request that failed was due; before the load where none did. */
  lastFailedMs = Number.NEGATIVE_INFINITY;
  readonly #options: SessionTrafficOptions;
  readonly #readers: Session[] = [];
  #arrivals: Arrivals | undefined;
  #turn = 0;

  constructor(options: SessionTrafficOptions) {
    this.#options = options;
  }

  /** Signs in who will read for as long as the load lasts: nobody ends their sessions. @returns how many could */
  async signInReaders(count: number): Promise<number> {
    for (let reader = 0; reader < count; reader++) {
      const session = await this.#login(() => 0).catch(() => undefined);
      if (typeof session === 'object') this.#readers.push(session);
    }
    return this.#readers.length;
  }

  start(): void {
    const { rates, random } = this.#options;
    const rateRps = rates.loginsRps + rates.readsRps + rates.logoutsRps;
    this.#arrivals = startArrivals({ rateRps, random }, (dueAtMs) => this.#arrive(dueAtMs, random() * rateRps));
  }

  now(): number {
    return this.#arrivals?.now() ?? 0;
  }

  async stop(): Promise<void> {
    await this.#arrivals?.stop();
    this.signedIn.push(...this.#readers);
  }

  /** Presents a session, again where nobody could answer. @returns whether it is good, undefined where nobody could say */
  async isGood({ headers }: Session): Promise<boolean | undefined> {
    for (let tried = 0; tried < TRIES; tried++) {
      const status = await this.#send('GET', ROUTES.me, headers);
      if (isAnswered(status)) return status === 200;
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
    return undefined;
  }

  /** @param lot which of those who come in a second it is */
  async #arrive(dueAtMs: number, lot: number): Promise<void> {
    const sentAtMs = this.now();
    const status = await this.#act(lot);
    this.asked.push({ dueAtMs, latencyMs: this.now() - sentAtMs, status });
    if (!isAnswered(status)) this.lastFailedMs = Math.max(this.lastFailedMs, dueAtMs);
  }

  async #act(lot: number): Promise<number> {
    const { rates, random } = this.#options;
    const reader = this.#readers[uniformInt(random, this.#readers.length)];
    if (lot < rates.readsRps && reader) return this.#send('GET', ROUTES.me, reader.headers);
    // The oldest: what was acknowledged last before the master dies is left as it is.
    const ending = lot < rates.readsRps + rates.logoutsRps ? this.signedIn.shift() : undefined;
    if (ending) return this.#logout(ending);
    const session = await this.#login(() => this.now());
    if (typeof session === 'number') return session;
    this.signedIn.push(session);
    return 200;
  }

  /** @returns the session, or the status of a refusal */
  async #login(now: () => number): Promise<Session | number> {
    const { strategy, benchToken } = this.#options;
    const username = `${SEED.userPrefix}${1 + (this.#turn % SEED.userCount)}`;
    const user = new Identity({ ...this.#target(), strategy, username });
    try {
      await user.benchLogin(benchToken);
      return { headers: user.credentialsFor(ROUTES.me), acknowledgedMs: now() };
    } catch (error) {
      return error instanceof LoginRefusedError ? error.status : 0;
    }
  }

  async #logout(session: Session): Promise<number> {
    const status = await this.#send('POST', ROUTES.logout, session.headers);
    if (status >= 200 && status < 300) this.signedOut.push({ ...session, acknowledgedMs: this.now() });
    return status;
  }

  async #send(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const { pool, origin } = this.#target();
    const request = { origin, method, path: `/${this.#options.strategy}${path}`, headers };
    return pool.request(request).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      },
      () => 0,
    );
  }

  #target(): Target {
    const { targets } = this.#options;
    const target = targets[this.#turn++ % targets.length];
    if (!target) throw new RangeError('there is nobody to ask');
    return target;
  }
}

export function isAnswered(status: number): boolean {
  return status >= 200 && status < 500;
}
