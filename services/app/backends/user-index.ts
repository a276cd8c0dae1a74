import type { Redis } from 'ioredis';

export interface UserIndexOptions {
  readonly keyPrefix: string;
  readonly ttlSeconds: number;
}

/**
 * What belongs to a user, in a key of his own: ids, each with the second in which it expires. Commands of one turn of the event
 * loop go out together, so that noting an id beside what it names costs no trip.
 */
export class UserIndex {
  readonly #redis: Redis;
  readonly #options: UserIndexOptions;
  readonly #now: () => number;

  constructor(redis: Redis, options: UserIndexOptions, now: () => number) {
    this.#redis = redis;
    this.#options = options;
    this.#now = now;
  }

  /** Notes whose it is and until when, and forgets those that have expired. */
  note(userId: number, id: string): Promise<unknown> {
    const { keyPrefix, ttlSeconds } = this.#options;
    const [key, nowSeconds] = [keyPrefix + userId, Math.floor(this.#now() / 1000)];
    return Promise.all([
      this.#redis.zadd(key, nowSeconds + ttlSeconds, id),
      this.#redis.zremrangebyscore(key, 0, nowSeconds - 1),
      this.#redis.expire(key, ttlSeconds + 1),
    ]);
  }

  list(userId: number): Promise<string[]> {
    return this.#redis.zrange(this.#options.keyPrefix + userId, '0', '-1');
  }

  forget(userId: number, ids: readonly string[]): Promise<unknown> {
    return this.#redis.zrem(this.#options.keyPrefix + userId, ...ids);
  }
}
