import { TOKEN_SCOPES } from '../../contract.js';
import { openAccessTokens } from '../tokens/access-tokens.js';
import { identifyBearer } from '../tokens/bearer.js';
import type { StrategyFactory } from './strategy.js';

/** The identity travels inside a signed token. Nothing is kept, so nothing can be taken back before the token expires. */
export const jwt: StrategyFactory = (_scope, resources) => {
  const tokens = openAccessTokens(resources, 'jwt');
  return {
    scopes: TOKEN_SCOPES,
    signIn: async (user, _request, _reply, scope) => ({
      token: await tokens.issue(user, { scope }),
      expiresInSeconds: tokens.lifetimeSeconds,
    }),
    identify: (request) => identifyBearer(request, tokens.verify),
    signOut: async () => {},
    revoke: async () => {},
    mint: async (user) => ({ authorization: `Bearer ${await tokens.issue(user)}` }),
    cart: null,
    usage: () => ({ sessions: null, storeTrips: 0 }),
  };
};
