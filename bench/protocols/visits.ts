import type { StrategyName } from '../../services/contract.js';
import { ROUTES } from '../../services/contract.js';
import { workBetween } from '../cluster/tiers.js';
import type { Check, Factors, VisitsRound, VisitsSettings } from '../contract.js';
import type { Identity } from '../load/identity.js';
import { createZipf } from '../load/schedule.js';
import { eachOnce } from '../load/users.js';
import { UNANSWERED } from '../metrics/visits.js';
import { type Random, shuffle } from '../stats/prng.js';
import { needsRedis } from '../strategies.js';
import type { Protocol, ProtocolContext } from './protocol.js';
import { measureResizing } from './resizing.js';
import { beginRound } from './round-head.js';
import { signIn } from './signing-in.js';
import { sweepsOf } from './sweeps.js';

const REQUESTS_PER_SECOND = 3_000;
const PASSWORDS_PER_SECOND = 50;
const ZIPF_EXPONENT = 1;
/** What an instance answers to whom it knows, and to whom it does not. Anything else is no finding about strategies. */
const EXPECTED_STATUSES = ['200', '401'];
const UNEXPECTED_SHARE = 0.01;

/** Users who act one by one: for what becomes of them. */
export const visits: Protocol<'visits'> = {
  leastSweeps: 8,
  requires: (_, { strategy }) => (needsRedis(strategy) ? ['Redis'] : []),
  seconds({ act, users, requestsPerUser }, cells) {
    const each = ({ password }: Factors) =>
      act === 'password' && password !== false
        ? users / PASSWORDS_PER_SECOND
        : (users * (1 + requestsPerUser)) / REQUESTS_PER_SECOND;
    return { setup: 0, sweep: cells.reduce((sum, cell) => sum + each(cell) + 0.05, 0) };
  },
  async *measure({ key, settings, cells }, context) {
    try {
      yield* sweepsOf(cells, context, (factors, sweep) => {
        context.say(`${factors.strategy ?? factors.event}, n = ${factors.instances}`);
        const measure = settings.act === 'resized' ? measureResizing : measureRound;
        return measure(key, settings, factors, sweep, context);
      });
    } finally {
      await context.cluster.serveWith(context.cluster.instances);
    }
  },
};

/** A request that came to nothing is one that was not recognised. */
const NO_ANSWER = { status: 0, instance: null };

interface Visitor {
  readonly identity: Identity;
  requests: number;
  recognised: number;
  logins: number;
}

async function measureRound(
  key: string,
  settings: VisitsSettings,
  factors: Factors,
  sweep: number,
  context: ProtocolContext,
): Promise<VisitsRound> {
  const { cluster, signal } = context;
  const instances = Number(factors.instances);
  await cluster.serveWith(instances);
  const random = context.random(`${sweep} ${JSON.stringify(factors)}`);
  const finish = beginRound(key, factors, sweep);
  const identities = await signIn(context, factors.strategy as StrategyName, settings.users);
  const visitors = identities.map((identity): Visitor => ({ identity, requests: 0, recognised: 0, logins: 0 }));
  const tally = new Tally(
    settings.act === 'added' ? new Set(identities.map(({ signedInAt }) => signedInAt)) : undefined,
  );
  if (settings.act === 'added') await cluster.serveWith(instances + 1);
  const before = await cluster.readTiers();
  if (settings.act === 'password') {
    const login = ({ identity }: Visitor) =>
      factors.password === false ? identity.benchLogin(cluster.benchToken) : identity.login(cluster.demoPassword);
    await eachOnce(visitors, random, signal, (visitor) => signInAgain(visitor, () => login(visitor)));
  }
  for (const turn of turnsOf(visitors, settings, factors, random)) {
    await eachOnce(turn, random, signal, async (visitor) => {
      const status = tally.count(await visitor.identity.get(ROUTES.me).catch(() => NO_ANSWER));
      visitor.requests++;
      if (status === 200) visitor.recognised++;
      else if (settings.act === 'relogin')
        await signInAgain(visitor, () => visitor.identity.benchLogin(cluster.benchToken));
    });
  }
  const work = workBetween(before, await cluster.readTiers());
  const users = {
    requests: visitors.map(({ requests }) => requests),
    recognised: visitors.map(({ recognised }) => recognised),
    logins: visitors.map(({ logins }) => logins),
  };
  return { protocol: 'visits', ...finish(checksOf(users, tally.counts)), users, ...tally.counts, work };
}

async function signInAgain(visitor: Visitor, signIn: () => Promise<unknown>): Promise<void> {
  visitor.logins++;
  await signIn();
}

/**
 * Who acts when: everyone in each turn; or, where users are unequally active, as often as chance says, the k-th of a random order in
 * proportion to 1/k. In the order of signing in, round robin would deal the active ones out evenly.
 */
function turnsOf(
  visitors: readonly Visitor[],
  { users, requestsPerUser }: VisitsSettings,
  { activity }: Factors,
  random: Random,
): (readonly Visitor[])[] {
  if (activity !== 'zipf') return Array.from({ length: requestsPerUser }, () => visitors);
  const [ranked, draw] = [shuffle(visitors, random), createZipf(users, ZIPF_EXPONENT, random)];
  return [
    Array.from({ length: users * requestsPerUser }, () => ranked[draw()]).filter((visitor) => visitor !== undefined),
  ];
}

/** Answers by status, and by who gave them. */
class Tally {
  readonly counts: Pick<VisitsRound, 'byInstance' | 'statuses'> = { byInstance: {}, statuses: {} };

  /** @param known where given, every other instance counts as `added` */
  constructor(private readonly known: ReadonlySet<string | null> | undefined) {}

  count({ status, instance }: { readonly status: number; readonly instance: string | null }): number {
    const { byInstance, statuses } = this.counts;
    const by = instance === null ? UNANSWERED : this.known && !this.known.has(instance) ? 'added' : instance;
    byInstance[by] = (byInstance[by] ?? 0) + 1;
    statuses[status] = (statuses[status] ?? 0) + 1;
    return status;
  }
}

function checksOf(
  { requests, recognised, logins }: VisitsRound['users'],
  { statuses }: Pick<VisitsRound, 'statuses'>,
): Check[] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const acted = total(requests) + total(logins);
  const expected = total(EXPECTED_STATUSES.map((status) => statuses[status] ?? 0));
  const unexpected = total(requests) - expected;
  return [
    { name: 'users acted', ok: acted > 0, detail: `${acted} requests and logins of ${requests.length} users` },
    {
      name: 'recognised ≤ requests',
      ok: recognised.every((count, user) => count <= (requests[user] ?? 0)),
      detail: `${total(recognised)} of ${total(requests)}`,
    },
    {
      name: 'few unexpected answers',
      ok: unexpected <= UNEXPECTED_SHARE * total(requests),
      detail: `${unexpected} of ${total(requests)} requests came to nothing or to an error`,
    },
  ];
}
