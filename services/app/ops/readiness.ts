import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Resources } from '../resources.js';

/** How long after an answer, or the lack of one, the database and Redis are asked again. */
const PAUSE_MS = 500;

/** Reply of `/ready`. */
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly database: 'up' | 'down';
  /** Null where no enabled strategy needs it. */
  readonly redis: 'up' | 'down' | null;
}

export interface ReadinessWatch {
  /** Resolves when both have been asked once. */
  readonly begun: Promise<void>;
  /** What is known, at once. */
  read(): Readiness;
  stop(): void;
}

/**
 * Whether a balancer should send requests here. That takes a database that has answered once, so that no instance joins with a
 * wrong address. From then on only draining says no: all instances share the database and Redis, so leaving the rotation
 * over their failure would turn what fails partly (sign-ins, or one strategy) into a failure of everything. Both are asked in
 * the background: whoever asked them while answering would wait as long as a frozen one does, and a health check gives up first.
 */
export function watchReadiness(
  { database, redis }: Pick<Resources, 'database' | 'redis'>,
  isDraining: () => boolean,
): ReadinessWatch {
  const stopping = new AbortController();
  let [isDatabaseUp, isRedisUp] = [false, false];
  const askDatabase = async () => {
    isDatabaseUp = await database.ping();
  };
  const askRedis = async () => {
    isRedisUp = redis !== null && (await ping(redis));
  };
  /** Each on its own: neither waits for the other. Resolves after the first answer. */
  const watch = async (ask: () => Promise<void>) => {
    await ask();
    void setTimeout(PAUSE_MS, undefined, { signal: stopping.signal }).then(
      () => watch(ask),
      () => {},
    );
  };
  const begun = Promise.all([watch(askDatabase), watch(askRedis)]).then(() => {});
  return {
    begun,
    read: () => ({
      ready: database.hasAnswered() && !isDraining(),
      draining: isDraining(),
      database: isDatabaseUp ? 'up' : 'down',
      redis: redis === null ? null : isRedisUp ? 'up' : 'down',
    }),
    stop: () => stopping.abort(),
  };
}

const ping = (redis: Redis): Promise<boolean> =>
  redis.ping().then(
    () => true,
    () => false,
  );
