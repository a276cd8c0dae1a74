import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { Cell, Check, Estimate } from '../contract.js';
import { checkLoad, overRounds } from '../load/checks.js';
import { measureRound, type Round, RoundEstimates } from '../load/round.js';
import { signInUsers } from '../load/users.js';
import { evenlySpread, solveClosedNetwork, stationOf } from '../model/mva.js';
import { describeScaling, type Point } from '../model/scalability-law.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { pairedRatio } from '../stats/estimate.js';
import { shuffle } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, type RunPlan, signInWith } from './experiment.js';

const SIZES = {
  quick: { connectionsPerInstance: 48, rounds: 5, roundMs: 500, warmUpMsPerInstance: 500 },
  full: { connectionsPerInstance: 48, rounds: 12, roundMs: 2_500, warmUpMsPerInstance: 2_000 },
} as const;

/** Each instance's slice, in cores. Small, so that six instances, the balancer and the load generator fit on two cores. */
const SLICE_CORES = 0.08;

export const scaling: Experiment = {
  id: 'scaling',
  question: 'How does capacity grow with the number of instances, each with a fixed slice of CPU?',
  plannedSeconds: ({ profile, strategies, instances }) => {
    const { rounds, roundMs, warmUpMsPerInstance } = SIZES[profile];
    const sizes = sizesOf({ instances });
    const warmUpMs = warmUpMsPerInstance * Math.max(...sizes);
    return (strategies.length * (warmUpMs + sizes.length * (rounds + 1) * (roundMs + 200))) / 1000;
  },
  load: ({ profile }) => ({ ...SIZES[profile], sliceCores: SLICE_CORES }),
  async *run(context) {
    const { plan, cluster } = context;
    const series: Series[] = plan.strategies.map((strategy) => ({ strategy, sizes: [] }));
    // Downwards, so that the instances that are warm now are those that are measured later.
    const sizes = sizesOf(plan).toReversed();
    await warmUp(context, Math.max(...sizes));
    try {
      for (const [index, instances] of sizes.entries()) {
        await cluster.scaleTo(instances);
        await cluster.limitCpu('instances', SLICE_CORES);
        await measureSize(context, series, { instances, done: index / sizes.length });
      }
    } finally {
      await cluster.limitCpu('instances', undefined);
    }
    for (const one of series) yield* toCells(context, one);
  },
};

/** Half as many again as the plan's largest number, so that capacity is seen to go on, and the law has a fourth point. */
function sizesOf({ instances }: Pick<RunPlan, 'instances'>): number[] {
  return [...instances, Math.ceil(1.5 * Math.max(...instances))];
}

/** One strategy at every number of instances. */
interface Series {
  readonly strategy: StrategyName;
  readonly sizes: Size[];
}

interface Size {
  readonly instances: number;
  readonly rounds: Round[];
}

interface Scene {
  readonly instances: number;
  /** How far the experiment is. */
  readonly done: number;
}

/** Before the slices are cut: under them the compiler would never finish. */
async function warmUp(context: ExperimentContext, instances: number): Promise<void> {
  const { plan, cluster } = context;
  await cluster.scaleTo(instances);
  for (const strategy of plan.strategies) {
    context.progress(0, `warming up ${strategy}`);
    const load = await prepareLoad(context, strategy, instances);
    await measureRound(cluster, { ...load, stop: { afterMs: SIZES[plan.profile].warmUpMsPerInstance * instances } });
  }
}

/** So many connections for each instance that none runs out of work before its slice is used up. */
async function prepareLoad(context: ExperimentContext, strategy: StrategyName, instances: number) {
  const connections = SIZES[context.plan.profile].connectionsPerInstance * instances;
  const users = await signInUsers({ ...signInWith(context), strategy, count: connections });
  const requests = users.map((user) => user.requestFor(ROUTES.me));
  return {
    connections,
    requests: (connection: number) => requests.slice(connection, connection + 1),
    // Behind round robin most instances refuse a session of another one: that is the finding, and no fault.
    expectedStatuses: strategy === 'memory' ? [200, 401] : [200],
    signal: context.signal,
  };
}

async function measureSize(
  context: ExperimentContext,
  series: readonly Series[],
  { instances, done }: Scene,
): Promise<void> {
  const { plan, cluster } = context;
  const { rounds, roundMs } = SIZES[plan.profile];
  const contestants = [];
  for (const { strategy, sizes } of series) {
    const size: Size = { instances, rounds: [] };
    sizes.push(size);
    contestants.push({ size, load: await prepareLoad(context, strategy, instances) });
  }
  const random = context.random(`order/${instances}`);
  // Round 0 is thrown away: what was about to be compiled or collected is done under the new limit.
  for (let round = 0; round <= rounds; round++) {
    const share = round / (rounds + 1) / sizesOf(plan).length;
    context.progress(done + share, `n = ${instances}, round ${round} of ${rounds}`);
    for (const { size, load } of shuffle(contestants, random)) {
      const measured = await measureRound(cluster, { ...load, stop: { afterMs: roundMs } });
      if (round > 0) size.rounds.push(measured);
    }
  }
}

function* toCells(context: ExperimentContext, { strategy, sizes }: Series): Generator<Cell> {
  const ascending = sizes.toReversed();
  const [first] = ascending;
  if (!first) return;
  for (const size of ascending) yield toCell(context, strategy, { size, first });
  yield* toFit(context, strategy, ascending);
}

/** @param first the smallest number of instances, from which the others are predicted */
function toCell(
  context: ExperimentContext,
  strategy: StrategyName,
  { size, first }: { size: Size; first: Size },
): Cell {
  const { instances, rounds } = size;
  const random = context.random(`${strategy}/${instances}`);
  const estimates = new RoundEstimates(rounds, random);
  const quota = context.cluster.cpuQuota;
  const slices: Check = {
    name: 'cpu-slices',
    ok: 'means' in quota,
    detail: 'means' in quota ? `${SLICE_CORES} cores each by ${quota.means}` : `no means to limit CPU: ${quota.tried}`,
  };
  const capacity = (round: Round) => round.load.throughputRps;
  const goodput = ({ load }: Round) => ((load.statuses[200] ?? 0) / load.durationMs) * 1000;
  return {
    factors: { strategy, instances },
    metrics: {
      capacityRps: estimates.perRound('1/s', capacity),
      goodputRps: estimates.perRound('1/s', goodput),
      ...(size !== first ? { speedup: pairedRatio(rounds.map(goodput), first.rounds.map(goodput), { random }) } : {}),
      latencyMeanMs: estimates.perRound('ms', ({ load }) => load.latency.meanMs),
      latencyP50Ms: estimates.perRound('ms', ({ load }) => load.latency.p50Ms),
      latencyP99Ms: estimates.perRound('ms', ({ load }) => load.latency.p99Ms),
      ...(predictable(strategy, instances) ? predict(context, first, instances) : {}),
      ...estimates.costs(),
    },
    checks: [
      slices,
      ...overRounds(rounds.map(({ load, work }) => checkLoad(load, { requests: work.instanceRequests, ...work }))),
    ],
  };
}

/** A refusal costs something else than a page, and with one instance nobody is refused: no demand to predict from. */
function predictable(strategy: StrategyName, instances: number): boolean {
  return strategy !== 'memory' || instances === 1;
}

/** Capacity and latency from the demands at the smallest number of instances alone, by mean value analysis. */
function predict(context: ExperimentContext, first: Size, instances: number): Cell['metrics'] {
  const connections = SIZES[context.plan.profile].connectionsPerInstance * instances;
  const demands = new RoundEstimates(first.rounds, context.random('demands')).demands();
  const solve = (end: 'value' | 'low' | 'high') => {
    const tier = (name: keyof typeof demands, cores: number) =>
      stationOf({ name, cores, demandMicros: Math.max(0, demands[name][end]) });
    const shared = [tier('balancer', 1), tier('store', 1), tier('generator', 1)];
    return solveClosedNetwork([...evenlySpread(tier('instance', SLICE_CORES), instances), ...shared], connections);
  };
  const [value, cheap, dear] = [solve('value'), solve('low'), solve('high')];
  const estimate = (unit: string, of: (result: typeof value) => number): Estimate => {
    const [low = 0, high = 0] = [of(cheap), of(dear)].sort((a, b) => a - b);
    return { value: of(value), low, high, n: first.rounds.length, unit };
  };
  return {
    predictedCapacityRps: estimate('1/s', ({ throughputRps }) => throughputRps),
    predictedLatencyMeanMs: estimate('ms', ({ latencyMs }) => latencyMs),
  };
}

/** The scalability law as a description of the series, where the numbers identify it. */
function* toFit(context: ExperimentContext, strategy: StrategyName, sizes: readonly Size[]): Generator<Cell> {
  const rounds = (sizes[0]?.rounds ?? []).map((_, round) =>
    sizes.map(
      ({ instances, rounds }): Point => ({ instances, throughputRps: rounds[round]?.load.throughputRps ?? Number.NaN }),
    ),
  );
  const random = context.random(`law/${strategy}`);
  const fit = describeScaling(rounds, (units, statistic) =>
    bootstrapInterval(units, statistic, { random, resamples: 200 }),
  );
  if (!fit.identifiable) return;
  const estimate = (name: keyof typeof fit.law, unit: string): Estimate => ({
    value: fit.law[name],
    ...fit.intervals[name],
    n: rounds.length,
    unit,
  });
  yield {
    factors: { strategy, fit: 'scalability-law' },
    metrics: { alpha: estimate('alpha', 'ratio'), beta: estimate('beta', 'ratio'), gammaRps: estimate('gamma', '1/s') },
    checks: [],
  };
}
