import type { Resources } from '../resources.js';

/** Reply of `/ready`. */
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  readonly database: 'up' | 'down';
  /** Null where no enabled strategy needs it. */
  readonly redis: 'up' | 'down' | null;
}

/**
 * Whether a balancer should send requests here. That takes a database that has answered once, so that no instance joins with a
 * wrong address. From then on only draining says no: all instances share the database and Redis, so leaving the rotation
 * over their failure would turn what fails partly (sign-ins, or one strategy) into a failure of everything.
 */
export function createReadiness({ database, redis }: Resources, isDraining: () => boolean): () => Promise<Readiness> {
  let hasAnswered = false;
  return async () => {
    const isDatabaseUp = await database.ping();
    hasAnswered ||= isDatabaseUp;
    const draining = isDraining();
    return {
      ready: hasAnswered && !draining,
      draining,
      database: isDatabaseUp ? 'up' : 'down',
      redis: redis === null ? null : redis.status === 'ready' ? 'up' : 'down',
    };
  };
}
