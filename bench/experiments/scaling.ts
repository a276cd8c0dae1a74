import type { StrategyName } from '../../services/contract.js';
import type { Cell, Estimate } from '../contract.js';
import { slicesCut } from '../load/checks.js';
import { measureRound, type Round, RoundEstimates } from '../load/round.js';
import { describeSetting, measureInTurns } from '../load/saturation.js';
import { prepareSetting, type Setting, sizesAround } from '../load/setting.js';
import { describeScaling, type Point } from '../model/scalability-law.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { pairedRatio } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { connectionsPerInstance: 128, rounds: 6, roundMs: 600, warmUpMs: 4_000 },
  full: { connectionsPerInstance: 128, rounds: 25, roundMs: 700, warmUpMs: 12_000 },
} as const;

/** Each instance's slice, in cores. Small, so that six instances, the balancer and the load generator fit on two cores. */
const SLICE_CORES = 0.08;

export const scaling: Experiment = {
  id: 'scaling',
  question: 'How does capacity grow with the number of instances, each with a fixed slice of CPU?',
  plannedSeconds: (plan) => {
    const { rounds, roundMs, warmUpMs } = SIZES[plan.profile];
    return (
      (plan.strategies.length * (warmUpMs + sizesAround(plan.instances).length * (rounds + 1) * (roundMs + 200))) / 1000
    );
  },
  load: ({ profile }) => ({ ...SIZES[profile], sliceCores: SLICE_CORES }),
  async *run(context) {
    const { plan, cluster } = context;
    const sizes = sizesAround(plan.instances);
    await cluster.scaleTo(Math.max(...sizes));
    const settings: Setting[] = [];
    for (const instances of sizes) {
      await cluster.serveWith(instances);
      for (const strategy of plan.strategies) settings.push(await prepare(context, strategy, instances));
    }
    await warmUp(
      context,
      settings.filter(({ instances }) => instances === Math.max(...sizes)),
    );
    await cluster.limitCpu('instances', SLICE_CORES);
    try {
      await measureInTurns(cluster, settings, {
        ...SIZES[plan.profile],
        random: context.random('order'),
        onProgress: (share, what) => context.progress(0.1 + 0.9 * share, what),
      });
    } finally {
      await cluster.limitCpu('instances', undefined);
    }
    for (const strategy of plan.strategies) yield* toCells(context, settings, strategy);
  },
};

/** Before the slices are cut: under them the compiler would never finish. */
async function warmUp(context: ExperimentContext, settings: readonly Setting[]): Promise<void> {
  const { plan, cluster } = context;
  for (const [index, { strategy, load }] of settings.entries()) {
    context.progress((0.1 * index) / settings.length, `warming up ${strategy}`);
    await measureRound(cluster, { ...load, stop: { afterMs: SIZES[plan.profile].warmUpMs } });
  }
}

/** So many connections for each instance that none runs out of work before its slice is used up. */
function prepare(context: ExperimentContext, strategy: StrategyName, instances: number): Promise<Setting> {
  const { connectionsPerInstance } = SIZES[context.plan.profile];
  return prepareSetting({ ...signInWith(context), strategy }, { instances, connectionsPerInstance });
}

/** @param settings of all strategies, by ascending number of instances */
function* toCells(context: ExperimentContext, settings: readonly Setting[], strategy: StrategyName): Generator<Cell> {
  // A refusal costs something else than a page, and with memory their mixture changes with the number of instances.
  const predictable = settings.filter((setting) => setting.strategy !== 'memory');
  const basis = { settings: predictable, cores: { instanceCores: SLICE_CORES, storeCores: 1 } };
  const series = settings.filter((setting) => setting.strategy === strategy);
  for (const setting of series) {
    const random = context.random(`${strategy}/${setting.instances}`);
    const described = describeSetting(setting, predictable.includes(setting) ? { basis, random } : { random });
    const growth = describeGrowth(setting, series[0], random);
    yield {
      factors: { strategy, instances: setting.instances },
      metrics: { ...described.metrics, ...growth },
      checks: [slicesCut(context.cluster.cpuQuota, `${SLICE_CORES} cores each`), ...described.checks],
    };
  }
  yield* toFit(context, strategy, series);
}

/** What users get of it, and how much more than from the smallest number of instances. */
function describeGrowth({ instances, rounds }: Setting, first: Setting | undefined, random: Random): Cell['metrics'] {
  const estimates = new RoundEstimates(rounds, random);
  const goodput = ({ load }: Round) => (load.steadyRps * (load.statuses[200] ?? 0)) / load.answered;
  return {
    goodputRps: estimates.perRound('1/s', goodput),
    ...(first && instances !== first.instances && [...rounds, ...first.rounds].every((round) => goodput(round) > 0)
      ? { speedup: pairedRatio(rounds.map(goodput), first.rounds.map(goodput), { random }) }
      : {}),
    latencyP50Ms: estimates.perRound('ms', ({ load }) => load.latency.p50Ms),
    latencyP99Ms: estimates.perRound('ms', ({ load }) => load.latency.p99Ms),
  };
}

/** The scalability law as a description of the series, where the numbers identify it. */
function* toFit(context: ExperimentContext, strategy: StrategyName, series: readonly Setting[]): Generator<Cell> {
  const rounds = (series[0]?.rounds ?? []).map((_, round) =>
    series.map(
      ({ instances, rounds }): Point => ({ instances, throughputRps: rounds[round]?.load.steadyRps ?? Number.NaN }),
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
