import type { Session } from 'fastify';
import type { Result } from 'ioredis';
import { CART } from '../../contract.js';
import type { RedisClient } from '../backends/redis-clients.js';
import { UserIndex } from '../backends/user-index.js';
import { CartFull, Unavailable } from '../errors.js';
import { parseSession, type StoredSession, serializeSession } from './session-payload.js';
import type { UserSessionStore } from './user-session-store.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    appendToCart(key: string, item: string, itemLimit: number): Result<string | null, Context>;
    renewSession(key: string, read: string, renewed: string, ttlSeconds: number): Result<null, Context>;
  }
}

const KEY_PREFIX = 'session:';
const INDEX_PREFIX = 'user-sessions:';

/** Only of what was read: a session that has ended or changed since must not come back. Of several that try, one writes. */
const RENEW = `
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end`;

const FULL = 'full';

/** What is stored is read and written in one step, so no item of another request is lost. Numbers are whole and below 10^14, as cjson needs. */
const APPEND = `
local text = redis.call('GET', KEYS[1])
if not text then return nil end
local session = cjson.decode(text)
local cart = session.cart or {}
if #cart >= tonumber(ARGV[2]) then return '${FULL}' end
cart[#cart + 1] = ARGV[1]
session.cart = cart
redis.call('SET', KEYS[1], cjson.encode(session), 'KEEPTTL')
return cjson.encode(cart)`;

export interface RedisStoreOptions {
  readonly ttlSeconds: number;
  /** What its keys begin with: no store finds the sessions of another. */
  readonly prefix?: string;
}

/**
 * Sessions as JSON in Redis, one GET per read. Each bears the time of its last renewal, so whichever instance reads it first
 * after a tenth of the lifetime renews it, for all. Nothing is remembered here: what reading costs grows neither with the
 * sessions nor with the instances.
 */
export class RedisStore implements UserSessionStore {
  /** Round trips so far. */
  trips = 0;
  readonly #redis: RedisClient;
  readonly #ttlSeconds: number;
  readonly #keyPrefix: string;
  readonly #index: UserIndex;
  readonly #now: () => number;

  constructor(redis: RedisClient, { ttlSeconds, prefix = '' }: RedisStoreOptions, now: () => number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
    this.#keyPrefix = prefix + KEY_PREFIX;
    this.#index = new UserIndex(redis, { keyPrefix: prefix + INDEX_PREFIX, ttlSeconds }, now);
    this.#now = now;
    redis.defineCommand('appendToCart', { numberOfKeys: 1, lua: APPEND });
    redis.defineCommand('renewSession', { numberOfKeys: 1, lua: RENEW });
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    this.trips++;
    this.#redis.get(this.#keyPrefix + id).then(
      (text) => {
        const stored = text === null ? null : parseSession(text);
        if (text !== null && stored !== null) this.#renewIfDue(id, text, stored);
        callback(null, stored?.session ?? null);
      },
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    const { user } = session;
    if (user === undefined) {
      callback();
      return;
    }
    this.trips++;
    const [key, text] = [this.#keyPrefix + id, serializeSession(session, this.#now())];
    // XX: a request that was under way while its session ended must not bring it back. Null then means it is gone: success.
    const writing = session.isStored
      ? this.#redis.set(key, text, 'EX', this.#ttlSeconds, 'XX')
      : this.#redis.set(key, text, 'EX', this.#ttlSeconds);
    this.#index.noteWith(writing, user.id, id).then(
      () => callback(),
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.trips++;
    this.#redis.del(this.#keyPrefix + id).then(
      () => callback(),
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  async revoke(userId: number): Promise<void> {
    try {
      await this.#index.deleteAll(userId, this.#keyPrefix, (command) => {
        this.trips++;
        return command();
      });
    } catch (error) {
      throw new Unavailable('session store', error);
    }
  }

  async append(id: string, item: string): Promise<string[] | null> {
    this.trips++;
    const appending = this.#redis.appendToCart(this.#keyPrefix + id, item, CART.itemLimit);
    const cart = await appending.catch((error) => {
      throw new Unavailable('session store', error);
    });
    if (cart === FULL) throw new CartFull();
    return cart === null ? null : JSON.parse(cart);
  }

  /** The reader does not wait for it. Where it fails, the next read tries again. */
  #renewIfDue(id: string, text: string, { session, renewedAtMs = 0 }: StoredSession): void {
    const nowMs = this.#now();
    if (nowMs - renewedAtMs < this.#ttlSeconds * 100) return;
    this.trips++;
    const renewed = serializeSession(session, nowMs);
    this.#redis.renewSession(this.#keyPrefix + id, text, renewed, this.#ttlSeconds).catch(() => {});
    if (session.user !== undefined) this.#index.note(session.user.id, id).catch(() => {});
  }
}
