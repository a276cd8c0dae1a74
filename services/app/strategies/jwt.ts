import type { StrategyFactory } from './strategy.js';

const BEARER = /^Bearer +([\w.-]+)$/i;

/** The identity travels inside a signed token. Nothing is kept, so nothing can be taken back before the token expires. */
export const jwt: StrategyFactory = (_scope, { tokens }) => {
  if (tokens === null) throw new TypeError('the jwt strategy needs token keys');
  return {
    signIn: async (user) => ({ token: await tokens.issue(user), expiresInSeconds: tokens.lifetimeSeconds }),
    identify(request) {
      const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) return null;
      const startedAtMs = performance.now();
      const verified = tokens.verify(token);
      const noteTime = () => {
        request.verifyMs = performance.now() - startedAtMs;
      };
      if (verified instanceof Promise) return verified.finally(noteTime);
      noteTime();
      return verified;
    },
    signOut: async () => {},
    revoke: async () => {},
    mint: async (user) => ({ authorization: `Bearer ${await tokens.issue(user)}` }),
    cart: null,
    usage: () => ({ sessions: null, storeTrips: 0 }),
  };
};
