import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { type LoginReply, ROUTES, type TokenScope, type UserView } from '../../contract.js';
import { addressOf } from '../accounts/failed-sign-ins.js';
import { Forbidden, NotFound, WrongCredentials } from '../errors.js';
import type { Strategy } from '../strategies/strategy.js';
import type { Mount, Scope } from './mount.js';
import { Login, text } from './schemas.js';

const Username = text({ minLength: 1, maxLength: 100 });
const Password = Type.String({ minLength: 1, maxLength: 1000 });

/** A scope is allowed where the strategy knows any. */
const createBodies = (scopes: readonly TokenScope[] = []) => {
  const scope = Type.Optional(Type.Enum([...scopes]));
  return {
    Credentials: Type.Object({ username: Username, password: Password, scope }, { additionalProperties: false }),
    BenchLogin: Type.Object({ username: Username, scope }, { additionalProperties: false }),
  };
};

/** Signing in and out. */
export function mountCredentials(scope: Scope, strategy: Strategy, mount: Mount): void {
  const { resources, failedSignIns, isBench, authenticate } = mount;
  const { directory, passwords, checkQueue } = resources;

  const { Credentials, BenchLogin } = createBodies(strategy.scopes);

  const begin = async (
    user: UserView,
    request: FastifyRequest,
    reply: FastifyReply,
    scope: TokenScope | undefined,
  ): Promise<LoginReply> => ({ user, ...(await strategy.signIn(user, request, reply, scope)) });

  scope.post(ROUTES.login, { schema: { body: Credentials, response: { 200: Login } } }, async (request, reply) => {
    const { username, password } = request.body;
    await failedSignIns.check(request);
    const found = await checkQueue.run(addressOf(request), async () => {
      // Again: those that came at once have all passed before the first of them failed.
      await failedSignIns.check(request);
      // In turn, too: behind the lookups of all who only want to wait, a user would wait for the database.
      const user = await directory.findWithPassword(username);
      const isMatch = await passwords.verify(user?.passwordHash ?? null, password);
      if (!isMatch) await failedSignIns.note(request);
      return isMatch ? user : null;
    });
    if (found === null) throw new WrongCredentials();
    return begin(found.user, request, reply, request.body.scope);
  });

  scope.post(ROUTES.logout, { onRequest: authenticate }, async (request, reply) => {
    await strategy.signOut(request, reply);
    return reply.code(204).send();
  });

  if (resources.config.benchToken === null) return;
  const requireBenchToken = async (request: FastifyRequest) => {
    if (!isBench(request)) throw new Forbidden('The bench token is missing or wrong.');
  };
  scope.post(
    ROUTES.benchLogin,
    { onRequest: requireBenchToken, schema: { body: BenchLogin, response: { 200: Login } } },
    async (request, reply) => {
      const user = await directory.find(request.body.username);
      if (user === null) throw new NotFound('There is no such user.');
      return begin(user, request, reply, request.body.scope);
    },
  );
}
