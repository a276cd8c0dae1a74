import { Readable } from 'node:stream';
import pMap from 'p-map';
import { ROUTES, type StrategyName } from '../../../services/contract.js';
import type { Identity } from '../../load/identity.js';
import { needsRedis } from '../../strategies.js';
import type { ProtocolContext } from '../protocol.js';
import { signIn } from '../signing-in.js';
import { onCluster, type Race, Statuses } from './race.js';

/** Sessions that are raced for at once: each takes two connections of the pool. */
const CONCURRENCY = 24;
const ATTEMPTS = 10;
const TRIALS_PER_SECOND = 500;

/**
 * A request that changes its session, and a logout that comes and is answered before it is done. The session is read when the head of a
 * request has come, and saved when the body has: whoever holds the body back keeps the request under way for as long as he likes.
 */
export const revival: Race = {
  requires: ({ strategy }) => (needsRedis(strategy) ? ['Redis'] : []),
  seconds: (trials) => ({ setup: 0, round: trials / TRIALS_PER_SECOND }),
  open: onCluster(async ({ strategy }, trials, context) => {
    const { signal } = context;
    const users = await signIn(context, strategy as StrategyName, trials);
    const statuses = new Statuses();
    const raced: Identity[] = [];
    return {
      async run() {
        const contend = async (user: Identity) => {
          for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
            const { late, logout } = await logOutMeanwhile(user, context);
            statuses.add(late);
            statuses.add(logout);
            // One that is refused came too late: its session was read after the logout. That says nothing, so it is tried anew.
            if (late === 200 && logout === 204) return void raced.push(user);
            await user.benchLogin(context.cluster.benchToken);
          }
        };
        await pMap(users, contend, { concurrency: CONCURRENCY, signal });
      },
      async look() {
        const isRevived = async (user: Identity) => Number((await user.get(ROUTES.me)).status === 200);
        return {
          trials: raced.map(() => 1),
          wrong: await pMap(raced, isRevived, { concurrency: CONCURRENCY, signal }),
          statuses: statuses.counts,
          operations: users.length,
        };
      },
    };
  }),
};

/** @returns the status of the request that was under way, and that of the logout */
async function logOutMeanwhile(user: Identity, { pool, cluster }: ProtocolContext) {
  const credentials = user.credentialsFor(ROUTES.cart);
  const post = async (path: string, headers: Record<string, string>, body: Readable | null) => {
    const options = { origin: cluster.url, method: 'POST', path: user.absolutePath(path), body } as const;
    const reply = await pool.request({ ...options, headers: { ...credentials, ...headers } });
    await reply.body.dump();
    return reply.statusCode;
  };
  const [hasBegun, hasEnded] = [new Signal(), new Signal()];
  async function* slowly() {
    yield '{';
    hasBegun.give();
    await hasEnded.given;
    yield '"item":"bread"}';
  }
  // Without a length the body goes in chunks, which the balancer passes on as they come: a short one that has a length it collects first.
  const late = post(ROUTES.cart, { 'content-type': 'application/json' }, Readable.from(slowly())).catch(() => 0);
  // Where no connection can be had, nobody asks for the body.
  await Promise.race([hasBegun.given, late]);
  // Answered after the head before it has been read, as far as both meet one instance.
  const logout = await user
    .get(ROUTES.me)
    .then(() => post(ROUTES.logout, {}, null))
    .catch(() => 0);
  hasEnded.give();
  return { late: await late, logout };
}

class Signal {
  give: () => void = () => {};
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}
