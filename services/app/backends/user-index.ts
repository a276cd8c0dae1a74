import type { RedisClient } from './redis-clients.js';

const PIECE_SIZE = 1000;

type Send = <Answer>(command: () => Promise<Answer>) => Promise<Answer>;

export interface UserIndexOptions {
  readonly keyPrefix: string;
  readonly ttlSeconds: number;
}

/**
 * What belongs to a user, in a key of his own: ids, each with the second in which it expires. Commands of one turn of the event
 * loop go out together, so that noting an id beside what it names costs no trip.
 */
export class UserIndex {
  readonly #redis: RedisClient;
  readonly #options: UserIndexOptions;
  readonly #now: () => number;

  constructor(redis: RedisClient, options: UserIndexOptions, now: () => number) {
    this.#redis = redis;
    this.#options = options;
    this.#now = now;
  }

  /**
   * Notes it beside a command that writes what it names: one after the other, as a revocation in between then misses what the next
   * one finds. One server keeps the order within a trip; those of a cluster know nothing of each other's.
   */
  async noteWith(writing: Promise<unknown>, userId: number, id: string): Promise<void> {
    if (this.#redis.isCluster) await writing;
    await Promise.all([writing, this.note(userId, id)]);
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

  /**
   * Deletes all that is noted of a user, the oldest first. In pieces: whoever signs in often enough makes more of it than could be
   * deleted before a command times out.
   * @param keyPrefix of the keys that the ids name
   * @param send makes each trip
   */
  async deleteAll(userId: number, keyPrefix: string, send: Send): Promise<void> {
    const key = this.#options.keyPrefix + userId;
    for (let left = true; left; ) {
      const ids = await send(() => this.#redis.zrange(key, '0', `${PIECE_SIZE - 1}`));
      if (ids.length === 0) return;
      await send(() => this.#redis.deleteKeys(ids.map((id) => keyPrefix + id)));
      // What could not be deleted stays noted, for the next try.
      await send(() => this.#redis.zrem(key, ...ids));
      left = ids.length === PIECE_SIZE;
    }
  }
}
