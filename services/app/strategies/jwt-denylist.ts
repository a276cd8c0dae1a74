import type { FastifyRequest } from 'fastify';
import { TOKEN_SCOPES } from '../../contract.js';
import { needBackend } from '../backends/index.js';
import { openAccessTokens } from '../tokens/access-tokens.js';
import { readBearer } from '../tokens/bearer.js';
import type { AccessClaims } from '../tokens/claims.js';
import { Denylist } from '../tokens/denylist.js';
import type { StrategyFactory } from './strategy.js';

/** Tokens that can be taken back: what has been is in Redis, and every request asks for it. */
export const jwtDenylist: StrategyFactory = (_scope, resources) => {
  const { config, backends, now } = resources;
  const tokens = openAccessTokens(resources, 'jwt-denylist');
  const options = { ...config.tokens, cacheSeconds: config.denylistCacheSeconds };
  const denylist = new Denylist(needBackend(backends, 'redis').client, options, now);

  const admit = (request: FastifyRequest, claims: AccessClaims | null) => {
    if (claims === null) return null;
    const startedAtMs = performance.now();
    const isDenied = denylist.isDenied(claims);
    if (!(isDenied instanceof Promise)) return isDenied ? null : claims.user;
    return isDenied.then((denied) => {
      request.storeMs += performance.now() - startedAtMs;
      return denied ? null : claims.user;
    });
  };
  return {
    scopes: TOKEN_SCOPES,
    signIn: async (user, _request, _reply, scope) => ({
      token: await tokens.issue(user, { scope }),
      expiresInSeconds: tokens.lifetimeSeconds,
    }),
    identify(request) {
      const claims = readBearer(request, tokens.verify);
      return claims instanceof Promise ? claims.then((read) => admit(request, read)) : admit(request, claims);
    },
    async signOut(request) {
      const claims = await readBearer(request, tokens.verify);
      if (claims !== null) await denylist.deny(claims);
    },
    revoke: (userId) => denylist.denyUser(userId),
    mint: async (user) => ({ authorization: `Bearer ${await tokens.issue(user)}` }),
    cart: null,
    usage: () => ({ sessions: null, storeTrips: denylist.trips }),
  };
};
