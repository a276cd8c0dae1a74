import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type LoginReply, ROUTES, type TokenScope, type UserView } from '../../contract.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Mount, Scope } from './mount.js';
import { Login, Password, Username } from './schemas.js';

/** What a login may ask for: none where the strategy knows no scopes. */
export const scopeOf = ({ scopes = [] }: Strategy) => Type.Optional(Type.Enum([...scopes]));

/** Begins a session for a user and gives the reply that tells of it. */
export const createBegin =
  (strategy: Strategy) =>
  async (
    user: UserView,
    request: FastifyRequest,
    reply: FastifyReply,
    asked: TokenScope | undefined,
  ): Promise<LoginReply> => ({ user, ...(await strategy.signIn(user, request, reply, asked)) });

/** Signing in and out. */
export function mountCredentials(scope: Scope, strategy: Strategy, { checkPassword, authenticate }: Mount): void {
  const begin = createBegin(strategy);
  const Credentials = Type.Object(
    { username: Username, password: Password, scope: scopeOf(strategy) },
    { additionalProperties: false },
  );

  scope.post(ROUTES.login, { schema: { body: Credentials, response: { 200: Login } } }, async (request, reply) => {
    const { username, password, scope: asked } = request.body;
    const { user } = await checkPassword(request, username, password);
    return begin(user, request, reply, asked);
  });

  scope.post(ROUTES.logout, { onRequest: authenticate }, async (request, reply) => {
    await strategy.signOut(request, reply);
    return reply.code(204).send();
  });
}
