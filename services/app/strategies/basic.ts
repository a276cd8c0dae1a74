import type { FastifyError } from 'fastify';
import { type AppError, CannotMint, WrongCredentials } from '../errors.js';
import type { StrategyFactory } from './strategy.js';

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;
/** The name ends at the first colon, and neither part has control characters (RFC 7617 section 2). Lengths as at a login. */
const USER_PASS = /^(?<username>[^:\p{Cc}]{1,100}):(?<password>\P{Cc}{1,1000})$/u;
const CHALLENGE = 'Basic realm="authscale", charset="UTF-8"';

/** The password with every request (RFC 7617), and its check, too. Nothing begins, so nothing can be ended but by a new password. */
export const basic: StrategyFactory = (scope, { checkPassword }) => {
  scope.setErrorHandler((error: FastifyError | AppError, _request, reply) => {
    if (error.statusCode === 401) reply.header('www-authenticate', CHALLENGE);
    throw error;
  });
  return {
    signIn: async () => ({}),
    async identify(request) {
      const given = readCredentials(request.headers.authorization);
      if (given === null) return null;
      const startedAtMs = performance.now();
      try {
        return (await checkPassword(request, given.username, given.password)).user;
      } catch (error) {
        if (error instanceof WrongCredentials) return null;
        throw error;
      } finally {
        request.verifyMs = performance.now() - startedAtMs;
      }
    },
    signOut: async () => {},
    revoke: async () => {},
    async mint() {
      throw new CannotMint('each request takes the password, which is not known here');
    },
    cart: null,
    usage: () => ({ sessions: null, storeTrips: 0 }),
  };
};

function readCredentials(authorization = ''): { username: string; password: string } | null {
  const encoded = BASIC.exec(authorization)?.[1] ?? '';
  const { username, password } = USER_PASS.exec(decodeUtf8(Buffer.from(encoded, 'base64')))?.groups ?? {};
  return username === undefined || password === undefined ? null : { username, password };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Empty for bytes that are no UTF-8. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '';
  }
}
