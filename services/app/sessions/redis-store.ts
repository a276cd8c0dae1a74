import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { Redis } from 'ioredis';
import { Unavailable } from '../errors.js';
import { parseSession, serializeSession } from './session-payload.js';

const KEY_PREFIX = 'session:';
/** Sessions whose next refresh is remembered; one that was forgotten is refreshed early, which is harmless. */
const REFRESHES_LIMIT = 50_000;

/**
 * Sessions as JSON in Redis, one round trip per read. A read is a GET; only when a tenth of the lifetime has passed it is
 * a GETEX, because that is a write, which is replicated and which only a master takes.
 */
export class RedisStore implements SessionStore {
  /** Round trips so far. */
  trips = 0;
  readonly #redis: Redis;
  readonly #ttlSeconds: number;
  readonly #now: () => number;
  readonly #refreshDueAtMs = new Map<string, number>();

  constructor(redis: Redis, { ttlSeconds }: { ttlSeconds: number }, now: () => number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
    this.#now = now;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    this.trips++;
    const key = KEY_PREFIX + id;
    const reading = this.#takeRefresh(id) ? this.#redis.getex(key, 'EX', this.#ttlSeconds) : this.#redis.get(key);
    reading.then(
      (text) => callback(null, text === null ? null : parseSession(text)),
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    if (session.user === undefined) {
      callback();
      return;
    }
    this.trips++;
    const [key, text] = [KEY_PREFIX + id, serializeSession(session)];
    // XX: a request that was under way while its session ended must not bring it back. Null then means it is gone: success.
    const writing = session.isStored
      ? this.#redis.set(key, text, 'EX', this.#ttlSeconds, 'XX')
      : this.#redis.set(key, text, 'EX', this.#ttlSeconds);
    writing.then(
      () => callback(),
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.trips++;
    this.#refreshDueAtMs.delete(id);
    this.#redis.del(KEY_PREFIX + id).then(
      () => callback(),
      (error) => callback(new Unavailable('session store', error)),
    );
  }

  /** Whether this read is to renew the session's lifetime. If so, the next renewal is a tenth of the lifetime away. */
  #takeRefresh(id: string): boolean {
    const nowMs = this.#now();
    const dueAtMs = this.#refreshDueAtMs.get(id);
    if (dueAtMs !== undefined && nowMs < dueAtMs) return false;
    this.#refreshDueAtMs.delete(id);
    this.#refreshDueAtMs.set(id, nowMs + this.#ttlSeconds * 100);
    for (const oldest of this.#refreshDueAtMs.keys()) {
      if (this.#refreshDueAtMs.size <= REFRESHES_LIMIT) break;
      this.#refreshDueAtMs.delete(oldest);
    }
    return true;
  }
}
