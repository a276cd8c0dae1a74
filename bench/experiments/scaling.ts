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
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { connections: 256, rounds: 5, roundMs: 800, warmUpMs: 900 },
  full: { connections: 256, rounds: 12, roundMs: 2_500, warmUpMs: 2_000 },
} as const;

/** Each instance's slice, in cores. Small, so that six instances, the balancer and the load generator fit on two cores. */
const SLICE_CORES = 0.05;
/** The quota acts from the next period on. */
const SETTLE_MS = 100;

export const scaling: Experiment = {
  id: 'scaling',
  question: 'How does capacity grow with the number of instances, each with a fixed slice of CPU?',
  plannedSeconds: ({ profile, strategies, instances }) => {
    const { rounds, roundMs, warmUpMs } = SIZES[profile];
    return (instances.length * strategies.length * (warmUpMs + 200 + rounds * (roundMs + 150))) / 1000;
  },
  load: ({ profile }) => ({ ...SIZES[profile], sliceCores: SLICE_CORES }),
  async *run(context) {
    const { plan, cluster } = context;
    const series: Series[] = plan.strategies.map((strategy) => ({ strategy, sizes: [] }));
    try {
      for (const [index, instances] of plan.instances.entries()) {
        await cluster.limitCpu('instances', undefined);
        await cluster.scaleTo(instances);
        const measured = await measureSize(context, series, { instances, done: index / plan.instances.length });
        for (const { strategy, rounds } of measured) {
          const one = series.find((other) => other.strategy === strategy);
          one?.sizes.push({ instances, rounds });
          if (one) yield toCell(context, one);
        }
      }
    } finally {
      await cluster.limitCpu('instances', undefined);
    }
    for (const one of series) yield* toFit(context, one);
  },
};

/** One strategy at every number of instances so far. */
interface Series {
  readonly strategy: StrategyName;
  readonly sizes: { readonly instances: number; readonly rounds: readonly Round[] }[];
}

interface Scene {
  readonly instances: number;
  /** How far the experiment is. */
  readonly done: number;
}

async function measureSize(context: ExperimentContext, series: readonly Series[], { instances, done }: Scene) {
  const { plan, cluster, signal } = context;
  const { connections, rounds, roundMs, warmUpMs } = SIZES[plan.profile];
  const step = 1 / plan.instances.length / (rounds + 1);
  const contestants = [];
  context.progress(done, `n = ${instances}, warming up`);
  for (const { strategy } of series) {
    const users = await signInUsers({ ...signInWith(context), strategy, count: connections });
    const requests = users.map((user) => user.requestFor(ROUTES.me));
    const load = {
      connections,
      requests: (connection: number) => requests.slice(connection, connection + 1),
      // Behind round robin most instances refuse a session of another one: that is the finding, and no fault.
      expectedStatuses: strategy === 'memory' ? [200, 401] : [200],
      signal,
    };
    // Before the slices are cut: under them the compiler would never finish.
    await measureRound(cluster, { ...load, stop: { afterMs: warmUpMs } });
    contestants.push({ strategy, load, rounds: [] as Round[] });
  }
  await cluster.limitCpu('instances', SLICE_CORES);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const random = context.random(`order/${instances}`);
  for (let round = 1; round <= rounds; round++) {
    context.progress(done + round * step, `n = ${instances}, round ${round} of ${rounds}`);
    for (const { load, rounds: measured } of shuffle(contestants, random)) {
      measured.push(await measureRound(cluster, { ...load, stop: { afterMs: roundMs } }));
    }
  }
  return contestants;
}

/** The cell of the number of instances that was measured last. */
function toCell(context: ExperimentContext, { strategy, sizes }: Series): Cell {
  const { instances = 1, rounds = [] } = sizes.at(-1) ?? {};
  const random = context.random(`${strategy}/${instances}`);
  const estimates = new RoundEstimates(rounds, random);
  const first = sizes[0];
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
      ...(first && instances > first.instances
        ? { speedup: pairedRatio(rounds.map(goodput), first.rounds.map(goodput), { random }) }
        : {}),
      latencyMeanMs: estimates.perRound('ms', ({ load }) => load.latency.meanMs),
      latencyP50Ms: estimates.perRound('ms', ({ load }) => load.latency.p50Ms),
      latencyP99Ms: estimates.perRound('ms', ({ load }) => load.latency.p99Ms),
      ...(first && predictable(strategy, instances) ? predict(context, first, instances) : {}),
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
function predict(context: ExperimentContext, first: Series['sizes'][number], instances: number): Cell['metrics'] {
  const { connections } = SIZES[context.plan.profile];
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
function* toFit(context: ExperimentContext, { strategy, sizes }: Series): Generator<Cell> {
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
