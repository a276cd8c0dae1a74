import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { HEADERS, type LoginReply, ROUTES, type UserView } from '../../contract.js';
import { Forbidden, NotFound, WrongCredentials } from '../errors.js';
import type { Mount, Scope } from './mount.js';
import { User } from './schemas.js';

const Username = Type.String({ minLength: 1, maxLength: 100 });
const Credentials = Type.Object(
  { username: Username, password: Type.String({ minLength: 1, maxLength: 1000 }) },
  { additionalProperties: false },
);
const BenchLogin = Type.Object({ username: Username }, { additionalProperties: false });
const Login = Type.Object({
  user: User,
  token: Type.Optional(Type.String()),
  expiresInSeconds: Type.Optional(Type.Integer()),
});

/** Signing in and out. */
export function mountCredentials(scope: Scope, { strategy, resources, authenticate }: Mount): void {
  const { directory, passwords } = resources;
  const { benchToken } = resources.config;

  const begin = async (user: UserView, request: FastifyRequest, reply: FastifyReply): Promise<LoginReply> => ({
    user,
    ...(await strategy.signIn(user, request, reply)),
  });

  scope.post(ROUTES.login, { schema: { body: Credentials, response: { 200: Login } } }, async (request, reply) => {
    const { username, password } = request.body;
    const found = await directory.findWithPassword(username);
    const isMatch = await passwords.verify(found?.passwordHash ?? null, password);
    if (found === null || !isMatch) throw new WrongCredentials();
    return begin(found.user, request, reply);
  });

  scope.post(ROUTES.logout, { onRequest: authenticate }, async (request, reply) => {
    await strategy.signOut(request, reply);
    return reply.code(204).send();
  });

  if (benchToken === null) return;
  const isBenchToken = createTokenCheck(benchToken);
  const requireBenchToken = async (request: FastifyRequest) => {
    if (!isBenchToken(request.headers[HEADERS.benchToken])) throw new Forbidden('The bench token is missing or wrong.');
  };
  scope.post(
    ROUTES.benchLogin,
    { onRequest: requireBenchToken, schema: { body: BenchLogin, response: { 200: Login } } },
    async (request, reply) => {
      const user = await directory.find(request.body.username);
      if (user === null) throw new NotFound('There is no such user.');
      return begin(user, request, reply);
    },
  );
}

/** Compares digests, which are of equal length, in constant time: neither content nor length of the token shows. */
function createTokenCheck(expected: string): (given: unknown) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expectedDigest = digest(expected);
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), expectedDigest);
}
