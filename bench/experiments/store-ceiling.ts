import { type Cell, type Estimate, STORE_FULL_FROM } from '../contract.js';
import { slicesCut } from '../load/checks.js';
import { type Demands, measureRound, type Round, RoundEstimates } from '../load/round.js';
import { describeSetting, measureInTurns } from '../load/saturation.js';
import { prepareSetting, type Setting, sizesAround } from '../load/setting.js';
import { scalesUpTo } from '../model/demands.js';
import { pairedRatio } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { mean } from '../stats/quantiles.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { connectionsPerInstance: 64, rounds: 8, roundMs: 1_000, warmUpMs: 2_000 },
  full: { connectionsPerInstance: 64, rounds: 15, roundMs: 1_000, warmUpMs: 6_000 },
} as const;

const INSTANCE_CORES = 0.08;
/** So little that a few instances on their slices are enough to use it up. */
const STORE_CORES = { quick: [0.012], full: [0.012, 0.025] } as const;

export const storeCeiling: Experiment = {
  id: 'store-ceiling',
  question: 'From how many instances on is one Redis the bottleneck, when it has a small slice of CPU?',
  plannedSeconds: (plan) => {
    if (!plan.strategies.includes('redis')) return 0;
    const { rounds, roundMs, warmUpMs } = SIZES[plan.profile];
    const settings = STORE_CORES[plan.profile].length * sizesAround(plan.instances).length;
    return (warmUpMs + settings * (rounds + 1) * (roundMs + 250)) / 1000;
  },
  load: ({ profile }) => ({
    ...SIZES[profile],
    instanceCores: INSTANCE_CORES,
    leastStoreCores: Math.min(...STORE_CORES[profile]),
  }),
  async *run(context) {
    const { plan, cluster } = context;
    if (!plan.strategies.includes('redis')) return;
    const sizes = sizesAround(plan.instances);
    await cluster.scaleTo(Math.max(...sizes));
    context.progress(0, 'warming up');
    const settings: Setting[] = [];
    for (const instances of sizes) settings.push(await prepare(context, instances));
    const largest = settings.at(-1);
    if (largest) await measureRound(cluster, { ...largest.load, stop: { afterMs: SIZES[plan.profile].warmUpMs } });
    const quotas = STORE_CORES[plan.profile];
    for (const [index, storeCores] of quotas.entries()) {
      const series = settings.map((setting) => ({ ...setting, rounds: [] }));
      await limit(context, { instanceCores: INSTANCE_CORES, storeCores });
      try {
        await measureInTurns(cluster, series, {
          ...SIZES[plan.profile],
          random: context.random(`order/${storeCores}`),
          onProgress: (share, what) => context.progress((index + share) / quotas.length, what),
        });
      } finally {
        await limit(context, {});
      }
      yield* toCells(context, series, storeCores);
    }
  },
};

function prepare(context: ExperimentContext, instances: number): Promise<Setting> {
  const { connectionsPerInstance } = SIZES[context.plan.profile];
  return prepareSetting({ ...signInWith(context), strategy: 'redis' }, { instances, connectionsPerInstance });
}

interface Slices {
  readonly instanceCores?: number;
  readonly storeCores?: number;
}

async function limit({ cluster }: ExperimentContext, { instanceCores, storeCores }: Slices): Promise<void> {
  await cluster.limitCpu('instances', instanceCores);
  await cluster.limitCpu('redis', storeCores);
}

/** @param series by ascending number of instances */
function* toCells(context: ExperimentContext, series: readonly Setting[], storeCores: number): Generator<Cell> {
  const [first] = series;
  const last = series.at(-1);
  if (!first || !last) return;
  const random = context.random(`${storeCores}`);
  const slices = slicesCut(
    context.cluster.cpuQuota,
    `${INSTANCE_CORES} cores for each instance, ${storeCores} for Redis`,
  );
  for (const setting of series) {
    const { strategy, instances, rounds } = setting;
    const basis = { settings: series, cores: { instanceCores: INSTANCE_CORES, storeCores } };
    const { metrics, checks } = describeSetting(setting, { basis, random });
    const storeUtilisation = new RoundEstimates(rounds, random).perRound('ratio', (round) =>
      utilisation(round, storeCores),
    );
    yield {
      factors: { strategy, instances, storeQuota: storeCores },
      metrics: { ...metrics, storeUtilisation },
      checks: [slices, ...checks],
    };
  }
  yield {
    factors: { strategy: first.strategy, storeQuota: storeCores },
    metrics: {
      ...(isFull(last, storeCores) ? { instancesPerStore: knee(first, last, random) } : {}),
      instancesPerStoreOnWholeCores: instancesPerStore(new RoundEstimates(first.rounds, random).demands()),
    },
    checks: [slices],
  };
}

const utilisation = ({ load, work }: Round, storeCores: number) =>
  work.storeCpuMicros / 1000 / load.durationMs / storeCores;

function isFull({ rounds }: Setting, storeCores: number): boolean {
  return mean(rounds.map((round) => utilisation(round, storeCores))) >= STORE_FULL_FROM;
}

/** With so many instances the full store's capacity would be reached, if each brought what one alone does. */
function knee(first: Setting, last: Setting, random: Random): Estimate {
  const capacities = ({ rounds }: Setting) => rounds.map(({ load }) => load.steadyRps);
  return { ...pairedRatio(capacities(last), capacities(first), { random }), unit: 'instances' };
}

/** How many instances with a core each use up a store with a core, by the demands. */
function instancesPerStore({ instance, store }: Demands): Estimate {
  const count = (instanceMicros: number, storeMicros: number) =>
    scalesUpTo({ name: 'instance', cores: 1, demandMicros: instanceMicros }, [
      { name: 'store', cores: 1, demandMicros: storeMicros },
    ]);
  return {
    value: count(instance.value, store.value),
    low: count(instance.low, store.high),
    high: count(instance.high, store.low),
    n: instance.n,
    unit: 'instances',
  };
}
