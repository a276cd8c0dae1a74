import fastifyRateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RedisClient } from '../backends/redis-clients.js';
import { TooManyFailures } from '../errors.js';

/** Pairs whose failures one instance counts by itself. */
const LOCAL_LIMIT = 50_000;

export interface FailureLimit {
  /** Failures of one pair within a window; the next try is refused. */
  readonly max: number;
  /** Counted from the first failure. */
  readonly windowSeconds: number;
}

export interface FailedSignIns {
  /** @throws TooManyFailures */
  check(request: FastifyRequest, username: string): Promise<void>;
  note(request: FastifyRequest, username: string): Promise<void>;
}

/** Who asks: the client's address as the balancer tells it. Whoever has one IPv6 address has a whole /64 of them. */
export const addressOf = (request: FastifyRequest): string => normalizeIP(request.ip);

/**
 * Limits failed sign-ins for each pair of user and address, so that no one can lock a user out from elsewhere. Redis counts for
 * all instances; where there is none, and while it does not answer, each counts by itself.
 * @param isExempt whose failures do not count
 */
export async function limitFailedSignIns(
  app: FastifyInstance,
  redis: RedisClient | null,
  { max, windowSeconds }: FailureLimit,
  isExempt: (request: FastifyRequest) => boolean,
): Promise<FailedSignIns> {
  /** Whom a request claims to come from. The plugin is only told of the request. */
  const usernames = new WeakMap<FastifyRequest, string>();
  const keyGenerator = (request: FastifyRequest) => `${addressOf(request)} ${usernames.get(request)}`;
  const create = async (store: object) => {
    const options = {
      global: false,
      max,
      timeWindow: windowSeconds * 1000,
      keyGenerator,
      allowList: isExempt,
      ...store,
    };
    let limit: ReturnType<FastifyInstance['createRateLimit']> | undefined;
    // In a scope of its own: an instance of the plugin counts in one store.
    await app.register(async (scope) => {
      await scope.register(fastifyRateLimit, options);
      limit = scope.createRateLimit();
    });
    if (limit === undefined) throw new TypeError('the plugin was not loaded');
    return limit;
  };
  const local = await create({ cache: LOCAL_LIMIT });
  const shared = redis === null ? local : await create({ redis, nameSpace: 'failed-sign-ins:' });
  const count = (request: FastifyRequest, username: string, increment: boolean) => {
    usernames.set(request, username);
    return shared(request, { increment }).catch(() => local(request, { increment }));
  };
  return {
    async check(request, username) {
      const counted = await count(request, username, false);
      if (!counted.isAllowed && counted.remaining === 0) throw new TooManyFailures(counted.ttlInSeconds);
    },
    async note(request, username) {
      await count(request, username, true);
    },
  };
}
