import type { Resources } from '../resources.js';

/** Reply of `/ready`. */
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  /** Null while draining: nothing is asked any more. */
  readonly database: 'up' | 'down' | null;
  /** Null where no enabled strategy needs it. */
  readonly redis: 'up' | 'down' | null;
}

/**
 * Whether a balancer should send requests here. That takes a database that has answered once, so that no instance joins with a
 * wrong address. From then on only draining says no: all instances share the database and Redis, so leaving the rotation
 * over their failure would turn what fails partly (sign-ins, or one strategy) into a failure of everything.
 */
export function createReadiness({ database, redis }: Resources, isDraining: () => boolean): () => Promise<Readiness> {
  return async () => {
    const redisState = redis === null ? null : redis.status === 'ready' ? 'up' : 'down';
    if (isDraining()) return { ready: false, draining: true, database: null, redis: redisState };
    const databaseState = (await database.ping()) ? 'up' : 'down';
    return { ready: database.hasAnswered(), draining: false, database: databaseState, redis: redisState };
  };
}
