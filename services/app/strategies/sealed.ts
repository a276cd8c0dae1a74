import fastifyCookie from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { UserView } from '../../contract.js';
import { InsecureTransport, SessionTooLarge } from '../errors.js';
import { refuseOtherAddresses } from '../sessions/cookie-path.js';
import { loadSealKeyring } from '../tokens/seal-keys.js';
import { createSeals } from '../tokens/seals.js';
import type { StrategyFactory } from './strategy.js';

const NAME = 'authscale_sealed';
const PATH = '/sealed';
/** Name, value and attributes together (RFC 6265 section 6.1). */
const LIMIT_BYTES = 4096;

/**
 * The session itself in the cookie, encrypted and authenticated. Nothing is kept, so a copy of it is good until it expires, as a token
 * is: after a logout, and after a sign-in that replaces it. It lives for as long as a token.
 */
export const sealed: StrategyFactory = async (scope, { config, now }) => {
  const { cookieSecure } = config.sessions;
  const seals = createSeals(await loadSealKeyring(config.secretsDir), config.tokens, now);
  const attributes = { path: PATH, httpOnly: true, sameSite: 'lax', secure: cookieSecure } as const;
  refuseOtherAddresses(scope, PATH);
  await scope.register(fastifyCookie);

  const seal = async (user: UserView) => {
    const value = await seals.seal(user);
    const sizeBytes = scope.serializeCookie(NAME, value, attributes).length;
    if (sizeBytes > LIMIT_BYTES) throw new SessionTooLarge(sizeBytes, LIMIT_BYTES);
    return value;
  };
  const open = async (request: FastifyRequest) => {
    const value = request.cookies[NAME];
    if (value === undefined || value.length > LIMIT_BYTES) return null;
    const startedAtMs = performance.now();
    const claims = await seals.open(value);
    request.verifyMs = performance.now() - startedAtMs;
    return claims;
  };
  return {
    async signIn(user, request, reply) {
      if (cookieSecure && request.protocol !== 'https') throw new InsecureTransport();
      reply.setCookie(NAME, await seal(user), attributes);
      return {};
    },
    identify: async (request) => (await open(request))?.user ?? null,
    async signOut(_request, reply) {
      reply.clearCookie(NAME, { path: PATH });
    },
    revoke: async () => {},
    mint: async (user) => ({ cookie: `${NAME}=${await seal(user)}` }),
    cart: null,
    usage: () => ({ sessions: null, storeTrips: 0 }),
  };
};
