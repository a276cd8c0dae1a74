import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { ROUTES, SEED, type UserView } from '../../contract.js';
import { CannotMint, Forbidden, NotFound } from '../errors.js';
import type { Strategy } from '../strategies/strategy.js';
import { createBegin, Login } from './credentials.js';
import type { Mount, Scope } from './mount.js';
import { Username } from './schemas.js';

const BenchLogin = Type.Object({ username: Username }, { additionalProperties: false });
const BenchMint = Type.Object(
  { count: Type.Integer({ minimum: 1, maximum: 10_000 }), keep: Type.Integer({ minimum: 0, maximum: 1000 }) },
  { additionalProperties: false },
);
const Minted = Type.Object({ credentials: Type.Array(Type.Record(Type.String(), Type.String())) });

/** So many sessions begin in one turn of the event loop: more would not all be stored before their commands time out. */
const BATCH_SIZE = 200;

/** Doors past the password check, only for those who know the bench token. */
export function mountBench(scope: Scope, strategy: Strategy, { resources, isBench, takesPassword }: Mount): void {
  const begin = createBegin(strategy);
  const onRequest = async (request: FastifyRequest) => {
    if (!isBench(request)) throw new Forbidden('The bench token is missing or wrong.');
  };
  scope.post(
    ROUTES.benchLogin,
    { onRequest, schema: { body: BenchLogin, response: { 200: Login } } },
    async (request, reply) => {
      if (takesPassword) throw new CannotMint('each request takes the password, which is not known here');
      const user = await resources.directory.find(request.body.username);
      if (user === null) throw new NotFound('There is no such user.');
      return begin(user, request, reply);
    },
  );

  let minted = 0;
  scope.post(
    ROUTES.benchMint,
    { onRequest, schema: { body: BenchMint, response: { 200: Minted } } },
    async (request) => {
      const { count, keep } = request.body;
      const credentials: Readonly<Record<string, string>>[] = [];
      for (let done = 0; done < count; ) {
        const size = Math.min(BATCH_SIZE, count - done);
        const batch = await Promise.all(Array.from({ length: size }, () => strategy.mint(seededUser(minted++))));
        for (const credential of batch) if (isKept(done++, count, keep)) credentials.push(credential);
      }
      return { credentials };
    },
  );
}

/** The users in turn, as the seed makes them: the database is not asked. */
function seededUser(turn: number): UserView {
  const id = (turn % SEED.userCount) + 1;
  return { id, username: `${SEED.userPrefix}${id}`, role: 'user' };
}

/** Whether the one at that place is among those that are kept, spread evenly over all. */
const isKept = (place: number, count: number, keep: number): boolean =>
  Math.floor(((place + 1) * Math.min(keep, count)) / count) > Math.floor((place * Math.min(keep, count)) / count);
