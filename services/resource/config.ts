import Type, { type Static } from 'typebox';
import { type Environment, readEnvironment } from '../environment.js';
import { httpUrl, port, text, whole } from '../settings.js';

/** Those with a public key: whoever verifies by a symmetric one could sign as well. */
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256'] as const;

const Settings = Type.Object({
  HOST: text('127.0.0.1', 'an address to listen on'),
  PORT: port(8082),
  OPS_HOST: text('127.0.0.1', 'an address to listen on'),
  OPS_PORT: port(9092),
  JWKS_URL: httpUrl,
  JWKS_TIMEOUT_MS: whole(400, 50, 500),
  JWKS_COOLDOWN_SECONDS: whole(5, 0, 3600),
  JWKS_REFRESH_SECONDS: whole(300, 1, 86_400),
  JWT_ALGORITHM: Type.Enum(ALGORITHMS, { default: 'ES256', description: `one of ${ALGORITHMS.join(', ')}` }),
  JWT_LIFETIME_SECONDS: whole(900, 1, 86_400),
  JWT_CLOCK_TOLERANCE_SECONDS: whole(5, 0, 60),
  JWT_ISSUER: text('authscale', 'a name or URL'),
  JWT_AUDIENCE: text('authscale', 'a name or URL'),
  DRAIN_TIMEOUT_MS: whole(10_000, 0, 600_000),
});

/** Everything a resource server can be told. */
export type ResourceConfig = ReturnType<typeof resolveConfig>;

/** @throws ConfigError */
export function loadResourceConfig(environment: Environment = process.env): ResourceConfig {
  return resolveConfig(readEnvironment(Settings, environment));
}

function resolveConfig(settings: Static<typeof Settings>) {
  return {
    public: { host: settings.HOST, port: settings.PORT },
    ops: { host: settings.OPS_HOST, port: settings.OPS_PORT },
    keySet: {
      url: settings.JWKS_URL,
      timeoutMs: settings.JWKS_TIMEOUT_MS,
      cooldownMs: settings.JWKS_COOLDOWN_SECONDS * 1000,
      refreshMs: settings.JWKS_REFRESH_SECONDS * 1000,
    },
    tokens: {
      algorithm: settings.JWT_ALGORITHM,
      lifetimeSeconds: settings.JWT_LIFETIME_SECONDS,
      clockToleranceSeconds: settings.JWT_CLOCK_TOLERANCE_SECONDS,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
    },
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
  };
}
