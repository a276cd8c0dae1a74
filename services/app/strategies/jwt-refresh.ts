import Type from 'typebox';
import { type LoginReply, ROUTES, TOKEN_SCOPES, type UserView } from '../../contract.js';
import { needBackend } from '../backends/index.js';
import { RefreshRefused } from '../errors.js';
import { Login } from '../routes/schemas.js';
import { openAccessTokens } from '../tokens/access-tokens.js';
import { identifyBearer, readBearer } from '../tokens/bearer.js';
import { type Family, RefreshFamilies } from '../tokens/refresh-families.js';
import type { StrategyFactory } from './strategy.js';

const Refresh = Type.Object(
  { refreshToken: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);

/** Tokens that soon run out, and a refresh token that gets the next one: only that can be taken back. */
export const jwtRefresh: StrategyFactory = (_scope, resources) => {
  const { config, backends, directory, now } = resources;
  const tokens = openAccessTokens(resources, 'jwt-refresh', config.refresh.accessSeconds);
  const families = new RefreshFamilies(needBackend(backends, 'redis').client, config.refresh, now);

  const grant = async (user: UserView, { refreshToken, scope, sessionId }: Family) => ({
    token: await tokens.issue(user, { scope, sessionId }),
    expiresInSeconds: tokens.lifetimeSeconds,
    refreshToken,
  });
  return {
    scopes: TOKEN_SCOPES,
    signIn: async (user, _request, _reply, scope) => grant(user, await families.begin(user.id, scope)),
    identify: (request) => identifyBearer(request, tokens.verify),
    async signOut(request) {
      const claims = await readBearer(request, tokens.verify);
      if (claims?.sessionId) await families.end(claims.sessionId);
    },
    revoke: (userId) => families.revoke(userId),
    async mint(user) {
      const { token } = await grant(user, await families.begin(user.id, undefined));
      return { authorization: `Bearer ${token}` };
    },
    cart: null,
    mountRoutes(scope) {
      const schema = { body: Refresh, response: { 200: Login } };
      scope.post(ROUTES.refresh, { schema }, async ({ body }): Promise<LoginReply> => {
        // As the database knows him now. Before the token is used up: where the database does not answer, it stays good.
        const userId = await families.userOf(body.refreshToken);
        const user = userId === null ? null : await directory.get(userId);
        const family = user === null ? null : await families.rotate(body.refreshToken);
        if (user === null || family === null) throw new RefreshRefused();
        return { user, ...(await grant(user, family)) };
      });
    },
    usage: () => ({ sessions: null, storeTrips: families.trips }),
  };
};
