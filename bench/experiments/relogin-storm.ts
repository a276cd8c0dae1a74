import { ROUTES, type StrategyName } from '../../services/contract.js';
import { statsBetween, workBetween } from '../cluster/tiers.js';
import type { Cell } from '../contract.js';
import { onlyExpectedStatuses } from '../load/checks.js';
import type { Identity } from '../load/identity.js';
import { eachOnce, signInUsers } from '../load/users.js';
import { simultaneous } from '../stats/bootstrap.js';
import { proportionOverUsers, ratioOfSums } from '../stats/estimate.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = { quick: { users: 90, rounds: 5 }, full: { users: 200, rounds: 15 } } as const;
const PAGE_VIEWS_PER_SECOND = 60;
const CALIBRATION_LOGINS = 30;

/** The verdict asks every interval of a strategy, one for each number of instances, so they must hold together. */
const FAMILY_CONFIDENCE = 0.99;

export const reloginStorm: Experiment = {
  id: 'relogin-storm',
  question: 'How often must a user sign in who does so at every refusal, and what does the hashing cost?',
  plannedSeconds: ({ profile, strategies, instances }) => {
    const { users, rounds } = SIZES[profile];
    const stormy = strategies.includes('memory') ? instances.filter((count) => count > 1).length : 0;
    return (stormy * users * rounds) / PAGE_VIEWS_PER_SECOND + strategies.length * instances.length;
  },
  load: ({ profile }) => SIZES[profile],
  resumesByCell: true,
  async *run(context) {
    const { plan, cluster } = context;
    context.progress(0, 'one password check');
    const checkCpuMicros = await measurePasswordCheck(context);
    let done = 0;
    // Downwards: the run comes from the largest cluster and goes on with the smallest.
    for (const instances of plan.instances.toReversed()) {
      const missing = plan.strategies.filter((strategy) => !context.has({ strategy, instances }));
      if (missing.length > 0) await cluster.scaleTo(instances);
      for (const strategy of missing) {
        context.progress(done++ / (plan.instances.length * plan.strategies.length), `${strategy}, n = ${instances}`);
        yield await measureCell(context, { strategy, instances, checkCpuMicros });
      }
    }
  },
};

interface Visitor {
  readonly identity: Identity;
  pageViews: number;
  logins: number;
}

interface Round {
  readonly pageViews: number;
  readonly instanceCpuMicros: number;
  readonly passwordChecks: number;
}

interface Scene {
  readonly strategy: StrategyName;
  readonly instances: number;
  /** CPU time of one password check in µs. */
  readonly checkCpuMicros: number;
}

/** What a login costs the instance beyond the same login from after the password check on. */
async function measurePasswordCheck(context: ExperimentContext): Promise<number> {
  const { plan, cluster } = context;
  const [strategy] = plan.strategies;
  const [user] = strategy ? await signInUsers({ ...signInWith(context), strategy, count: 1 }) : [];
  const cost = async (signIn: () => Promise<unknown> | undefined) => {
    const before = await cluster.readTiers();
    for (let login = 0; login < CALIBRATION_LOGINS; login++) await signIn();
    return workBetween(before, await cluster.readTiers()).instanceCpuMicros / CALIBRATION_LOGINS;
  };
  const whole = await cost(() => user?.login(cluster.demoPassword));
  return whole - (await cost(() => user?.benchLogin(cluster.benchToken)));
}

async function measureCell(context: ExperimentContext, { strategy, instances, checkCpuMicros }: Scene): Promise<Cell> {
  const { plan, cluster, signal } = context;
  const random = context.random(`${strategy}/${instances}`);
  const { users, rounds: count } = SIZES[plan.profile];
  const visitors: Visitor[] = (await signInUsers({ ...signInWith(context), strategy, count: users })).map(
    (identity) => ({
      identity,
      pageViews: 0,
      logins: 0,
    }),
  );
  const statuses: Record<number, number> = {};
  const rounds: Round[] = [];
  for (let round = 0; round < count; round++) {
    const [before, counted] = [await cluster.readTiers(), await cluster.readStats()];
    await eachOnce(visitors, random, signal, async (visitor) => {
      const status = await viewPage(visitor, cluster.demoPassword);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    const work = workBetween(before, await cluster.readTiers());
    const { passwordChecks } = statsBetween(counted, await cluster.readStats());
    rounds.push({ pageViews: users, passwordChecks, ...work });
  }
  const perPageView = (unit: string, amount: (round: Round) => number) =>
    ratioOfSums(
      rounds.map((round) => ({ amount: amount(round), count: round.pageViews })),
      { random, unit },
    );
  return {
    factors: { strategy, instances },
    metrics: {
      loginsPerPageView: {
        ...proportionOverUsers(
          visitors.map(({ logins, pageViews }) => ({ successes: logins, trials: pageViews })),
          { random, confidence: simultaneous(FAMILY_CONFIDENCE, plan.instances.length) },
        ),
        unit: 'logins/page view',
      },
      instanceCpuMicrosPerPageView: perPageView('µs', (round) => round.instanceCpuMicros),
      passwordHashCpuMicrosPerPageView: perPageView('µs', (round) => round.passwordChecks * checkCpuMicros),
    },
    checks: [onlyExpectedStatuses(statuses, [200, 401])],
  };
}

/** A page view is one request. A refusal makes the user sign in again, for the sake of the next page view. */
async function viewPage(visitor: Visitor, password: string): Promise<number> {
  visitor.pageViews++;
  const { status } = await visitor.identity.get(ROUTES.me);
  if (status === 401) {
    visitor.logins++;
    await visitor.identity.login(password);
  }
  return status;
}
