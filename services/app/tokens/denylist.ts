import { setTimeout } from 'node:timers/promises';
import type { Result } from 'ioredis';
import type { RedisClient } from '../backends/redis-clients.js';
import { Unavailable } from '../errors.js';
import type { AccessClaims } from './claims.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    denyTokensUntil(key: string, untilSeconds: number, ttlSeconds: number): Result<null, Context>;
  }
}

/** Whichever of two is written last, the later time counts. */
const DENY_UNTIL = `
local known = redis.call('GET', KEYS[1])
if not known or tonumber(known) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end`;

/** Tokens of which an instance remembers that they are not denied. */
const REMEMBERED_LIMIT = 50_000;

export interface DenylistOptions {
  readonly lifetimeSeconds: number;
  readonly clockToleranceSeconds: number;
  /** How long "not denied" is believed; with 0 Redis is asked each time. */
  readonly cacheSeconds: number;
}

/** Tokens that are refused although they are good: single ones, and all that a user was issued up to some time. */
export class Denylist {
  /** Round trips so far. */
  trips = 0;
  readonly #redis: RedisClient;
  readonly #options: DenylistOptions;
  readonly #now: () => number;
  /** By token until when it is believed not to be denied, the oldest first. */
  readonly #remembered = new Map<string, number>();
  /** Denials that began here: an answer that was asked for before one of them is not remembered. */
  #denials = 0;

  constructor(redis: RedisClient, options: DenylistOptions, now: () => number) {
    this.#redis = redis;
    this.#options = options;
    this.#now = now;
    redis.defineCommand('denyTokensUntil', { numberOfKeys: 1, lua: DENY_UNTIL });
  }

  /** @throws Unavailable where it cannot be known: that is never taken for a no */
  isDenied(claims: AccessClaims): boolean | Promise<boolean> {
    const believedUntilMs = this.#remembered.get(claims.tokenId) ?? 0;
    return this.#now() < believedUntilMs ? false : this.#ask(claims);
  }

  /** Denies one token for as long as it would be accepted. */
  async deny({ tokenId, expiresAtSeconds }: AccessClaims): Promise<void> {
    this.#denials++;
    this.#remembered.delete(tokenId);
    const ttlSeconds = Math.max(Math.ceil(expiresAtSeconds - this.#now() / 1000), 0) + this.#marginSeconds;
    await this.#send(() => this.#redis.set(tokenKey(tokenId), '1', 'EX', ttlSeconds));
  }

  /** Denies all tokens that the user has been issued until now. */
  async denyUser(userId: number): Promise<void> {
    this.#denials++;
    this.#remembered.clear();
    const ttlSeconds = this.#options.lifetimeSeconds + this.#marginSeconds;
    const untilSeconds = this.#now() / 1000;
    // Tokens tell the millisecond of their issue. One that is issued after this has succeeded is issued in a later one.
    const writing = this.#send(() => this.#redis.denyTokensUntil(userKey(userId), untilSeconds, ttlSeconds));
    await Promise.all([writing, setTimeout(2)]);
  }

  async #ask({ tokenId, user, issuedAtSeconds }: AccessClaims): Promise<boolean> {
    const denials = this.#denials;
    // One trip: commands of one turn go out together.
    const [denied, untilSeconds] = await this.#send(() =>
      Promise.all([this.#redis.get(tokenKey(tokenId)), this.#redis.get(userKey(user.id))]),
    );
    const isDenied = denied !== null || (untilSeconds !== null && issuedAtSeconds <= Number(untilSeconds));
    if (!isDenied && denials === this.#denials) this.#remember(tokenId);
    return isDenied;
  }

  #remember(tokenId: string): void {
    if (this.#options.cacheSeconds === 0) return;
    this.#remembered.delete(tokenId);
    this.#remembered.set(tokenId, this.#now() + this.#options.cacheSeconds * 1000);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > REMEMBERED_LIMIT && oldest !== undefined) this.#remembered.delete(oldest);
  }

  async #send<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    this.trips++;
    try {
      return await command();
    } catch (error) {
      throw new Unavailable('denylist', error);
    }
  }

  /** A token is accepted so long after its expiry; the second more is what whole seconds hide. */
  get #marginSeconds(): number {
    return this.#options.clockToleranceSeconds + 1;
  }
}

const tokenKey = (tokenId: string): string => `denied:${tokenId}`;
const userKey = (userId: number): string => `denied-user:${userId}`;
