import pMap from 'p-map';
import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { Cell } from '../contract.js';
import { onlyExpectedStatuses } from '../load/checks.js';
import { createZipf } from '../load/schedule.js';
import { signInUsers } from '../load/users.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { proportionOverUsers } from '../stats/estimate.js';
import { uniformInt } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = { quick: { users: 200, requests: 3_000 }, full: { users: 1_000, requests: 20_000 } } as const;
const REQUESTS_PER_SECOND = 1_500;
const CONCURRENCY = 16;
const ZIPF_EXPONENT = 1;
/** Sticky routing, and the strategy that the same sessions have under round robin. */
const ROUTINGS: readonly StrategyName[] = ['sticky', 'memory'];

export const stickySkew: Experiment = {
  id: 'sticky-skew',
  question: 'How evenly does sticky routing spread requests, and what does a newly added instance get?',
  plannedSeconds: ({ profile, strategies }) => {
    const { users, requests } = SIZES[profile];
    return (
      (ROUTINGS.filter((name) => strategies.includes(name)).length * (2 * requests + users * 3)) / REQUESTS_PER_SECOND +
      2
    );
  },
  load: ({ profile }) => ({ ...SIZES[profile], zipfExponent: ZIPF_EXPONENT }),
  async *run(context) {
    const { plan, cluster } = context;
    const instances = Math.max(2, ...plan.instances);
    const routings = ROUTINGS.filter((name) => plan.strategies.includes(name));
    await cluster.scaleTo(instances);
    const crowds: Crowd[] = [];
    for (const [index, strategy] of routings.entries()) {
      const users = await signInUsers({ ...signInWith(context), strategy, count: SIZES[plan.profile].users });
      crowds.push({ strategy, users });
      for (const activity of ['uniform', 'zipf'] as const) {
        context.progress(index / routings.length, `${strategy}, ${activity} users`);
        yield await measureSkew(context, { strategy, users }, { activity, instances });
      }
    }
    context.progress(0.9, 'one instance more');
    await cluster.scaleTo(instances + 1);
    for (const crowd of crowds) yield await measureNewcomer(context, crowd, instances + 1);
  },
};

interface Crowd {
  readonly strategy: StrategyName;
  readonly users: Awaited<ReturnType<typeof signInUsers>>;
}

/** Requests by instance that one user sent. */
type Visits = Map<string, number>;

interface Scene {
  readonly activity: 'uniform' | 'zipf';
  readonly instances: number;
}

async function measureSkew(context: ExperimentContext, crowd: Crowd, { activity, instances }: Scene): Promise<Cell> {
  const { users } = crowd;
  const random = context.random(`${crowd.strategy}/${activity}`);
  const draw =
    activity === 'zipf' ? createZipf(users.length, ZIPF_EXPONENT, random) : () => uniformInt(random, users.length);
  const sequence = Array.from({ length: SIZES[context.plan.profile].requests }, draw);
  const { visits, checks } = await visit(context, crowd, sequence);
  const skew = (sample: readonly Visits[]) => maxToMean(sample, instances);
  const interval = bootstrapInterval(visits, skew, { random, resamples: 500 });
  return {
    factors: { strategy: crowd.strategy, users: activity, instances },
    metrics: {
      maxToMeanLoad: {
        value: skew(visits),
        ...interval,
        low: Math.max(1, interval.low),
        n: visits.length,
        unit: 'ratio',
      },
    },
    checks,
  };
}

/** Those who have signed in before go on, once each. */
async function measureNewcomer(context: ExperimentContext, crowd: Crowd, instances: number): Promise<Cell> {
  const { visits, checks } = await visit(context, crowd, [...crowd.users.keys()]);
  const newcomer = `instance-${instances}`;
  const outcomes = visits.map((counts) => ({ successes: counts.get(newcomer) ?? 0, trials: total(counts) }));
  return {
    factors: { strategy: crowd.strategy, users: 'signed in before', instances },
    metrics: {
      newInstanceShare: proportionOverUsers(outcomes, { random: context.random(`newcomer/${crowd.strategy}`) }),
    },
    checks,
  };
}

/** Sends one request for each entry of the sequence, an index of a user. Users without a request are left out. */
async function visit({ signal }: ExperimentContext, { users }: Crowd, sequence: readonly number[]) {
  const visits = users.map((): Visits => new Map());
  const statuses: Record<number, number> = {};
  await pMap(
    sequence,
    async (index) => {
      const { status, instance } = (await users[index]?.get(ROUTES.me)) ?? { status: 0, instance: null };
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (instance !== null) visits[index]?.set(instance, (visits[index]?.get(instance) ?? 0) + 1);
    },
    { concurrency: CONCURRENCY, signal },
  );
  return { visits: visits.filter((counts) => counts.size > 0), checks: [onlyExpectedStatuses(statuses, [200, 401])] };
}

/** Requests at the busiest instance by the mean over all instances: 1 is even, n is all at one. */
function maxToMean(visits: readonly Visits[], instances: number): number {
  const loads = new Map<string, number>();
  for (const [instance, count] of visits.flatMap((counts) => [...counts])) {
    loads.set(instance, (loads.get(instance) ?? 0) + count);
  }
  return (Math.max(...loads.values()) * instances) / total(loads);
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
