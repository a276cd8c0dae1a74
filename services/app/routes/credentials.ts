import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type LoginReply, ROUTES, type UserView } from '../../contract.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Mount, Scope } from './mount.js';
import { Password, User, Username } from './schemas.js';

const Credentials = Type.Object({ username: Username, password: Password }, { additionalProperties: false });
export const Login = Type.Object({
  user: User,
  token: Type.Optional(Type.String()),
  expiresInSeconds: Type.Optional(Type.Integer()),
});

/** Begins a session for a user and gives the reply that tells of it. */
export const createBegin =
  (strategy: Strategy) =>
  async (user: UserView, request: FastifyRequest, reply: FastifyReply): Promise<LoginReply> => ({
    user,
    ...(await strategy.signIn(user, request, reply)),
  });

/** Signing in and out. */
export function mountCredentials(scope: Scope, strategy: Strategy, { checkPassword, authenticate }: Mount): void {
  const begin = createBegin(strategy);

  scope.post(ROUTES.login, { schema: { body: Credentials, response: { 200: Login } } }, async (request, reply) => {
    const { username, password } = request.body;
    const { user } = await checkPassword(request, username, password);
    return begin(user, request, reply);
  });

  scope.post(ROUTES.logout, { onRequest: authenticate }, async (request, reply) => {
    await strategy.signOut(request, reply);
    return reply.code(204).send();
  });
}
