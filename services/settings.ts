import Type from 'typebox';
import type { HashCost } from './app/accounts/passwords.js';
import { ConfigError } from './errors.js';
import { parseRedisUrl, REDIS_URL_FORMS } from './redis/address.js';

/** Settings that several processes share, so that they read and refuse them alike. */

export const text = (fallback: string, description: string) =>
  Type.String({ minLength: 1, default: fallback, description });

export const whole = (fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, default: fallback, description: `a whole number from ${minimum} to ${maximum}` });

export const flag = (fallback: boolean) => Type.Boolean({ default: fallback, description: 'true or false' });

export const port = (fallback: number) =>
  Type.Integer({ minimum: 0, maximum: 65535, default: fallback, description: 'a port from 0 (any free one) to 65535' });

/** One that the clients can parse, too: they would throw it with their stack. It may hold a password. */
const url = (options: { pattern: string; description: string; default?: string }) =>
  Type.Refine(Type.String({ ...options, secret: true }), (value) => URL.canParse(value));

export const databaseUrl = url({
  pattern: '^postgres(ql)?://',
  description: 'postgres://user:password@host:port/database',
});

export const redisUrl = Type.Refine(
  Type.String({ default: 'redis://127.0.0.1:6379', secret: true, description: REDIS_URL_FORMS }),
  (value) => parseRedisUrl(value) !== null,
);

export const httpUrl = url({ pattern: '^https?://', description: 'http://host:port/path or https://host/path' });

export const secretsDir = Type.String({
  minLength: 1,
  description: 'the directory that the secrets process has filled',
});

/** What a password hash costs: OWASP's minimum for argon2id unless told otherwise. */
export const passwordCost = {
  PASSWORD_MEMORY_KIB: whole(19_456, 8, 4_194_304),
  PASSWORD_TIME_COST: whole(2, 1, 1000),
  PASSWORD_PARALLELISM: whole(1, 1, 16),
};

/** @throws ConfigError */
export function resolvePasswordCost(settings: Record<keyof typeof passwordCost, number>): HashCost {
  const { PASSWORD_MEMORY_KIB: memoryKiB, PASSWORD_TIME_COST: timeCost, PASSWORD_PARALLELISM: parallelism } = settings;
  // RFC 9106 section 3.1: each lane needs 8 KiB.
  if (memoryKiB >= 8 * parallelism) return { memoryKiB, timeCost, parallelism };
  throw new ConfigError(
    'PASSWORD_MEMORY_KIB',
    String(memoryKiB),
    `8 for each of PASSWORD_PARALLELISM=${parallelism}, at least`,
  );
}
