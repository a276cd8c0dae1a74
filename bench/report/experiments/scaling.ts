import type { Cell } from '../../contract.js';
import { findBottleneck, type Tier, utilization } from '../../model/demands.js';
import { estimateAt, numbersOf, valuesOf } from '../cells.js';
import { estimateInWords } from '../numbers.js';
import { describeModelErrors } from '../predictions.js';
import type { Presentation } from '../presentation.js';
import { divide } from '../ratio.js';
import { capitalise, countOf, joinWords } from '../text.js';

const CAPACITY = 'capacityRps';
const LATENCY = 'latencyMeanMs';
const SPEEDUP = 'speedup';

function strategiesOf(cells: readonly Cell[]): string[] {
  return valuesOf(cells, 'strategy').map(String);
}

function mostInstances(cells: readonly Cell[]): number {
  return Math.max(1, ...numbersOf(cells, 'instances'));
}

/** How many times one instance's capacity the most instances have. */
function speedups(cells: readonly Cell[]): string[] {
  return strategiesOf(cells).flatMap((strategy) => {
    const speedup = estimateAt(cells, { strategy, instances: mostInstances(cells) }, SPEEDUP);
    return speedup === undefined ? [] : [`${strategy} ${estimateInWords(speedup, '')}`];
  });
}

/** The balancer and the store work on one core each; an instance on the slice that it filled when it was alone. */
function tiersAt(cells: readonly Cell[], strategy: string, instances: number): Tier[] {
  const demand = (tier: string, at: number) =>
    estimateAt(cells, { strategy, instances: at }, `${tier}CpuMicrosPerRequest`)?.value ?? 0;
  const alone = estimateAt(cells, { strategy, instances: 1 }, CAPACITY)?.value ?? 0;
  const tiers = [
    {
      name: 'instances',
      cores: (instances * alone * demand('instance', 1)) / 1e6,
      demandMicros: demand('instance', instances),
    },
    { name: 'balancer', cores: 1, demandMicros: demand('balancer', instances) },
    { name: 'store', cores: 1, demandMicros: demand('store', instances) },
  ];
  return tiers.filter(({ cores, demandMicros }) => cores > 0 && demandMicros > 0);
}

function describeBottleneck(cells: readonly Cell[], strategy: string): string[] {
  const instances = mostInstances(cells);
  const capacity = estimateAt(cells, { strategy, instances }, CAPACITY);
  const tiers = tiersAt(cells, strategy, instances);
  if (capacity === undefined || instances < 2 || tiers[0]?.name !== 'instances') return [];
  const { tier } = findBottleneck(tiers);
  const busy = tiers.map((one) => `${one.name} ${Math.round(100 * utilization(one, capacity.value))} %`);
  return [
    `With ${strategy} and ${countOf(instances, 'instance')} the bottleneck is the ${tier}: at the measured capacity, ` +
      `by CPU per request, this much of each tier is busy: ${joinWords(busy)}.`,
  ];
}

/** Demands are no constants: that is why a prediction takes their growth into account. */
function describeGrowth(cells: readonly Cell[]): string[] {
  const instances = mostInstances(cells);
  const growth = strategiesOf(cells).flatMap((strategy) => {
    const [one, most] = [1, instances].map((at) =>
      estimateAt(cells, { strategy, instances: at }, 'instanceCpuMicrosPerRequest'),
    );
    if (strategy === 'memory' || one === undefined || most === undefined) return [];
    return [`${strategy} ${estimateInWords({ ...most, ...divide(most, one), unit: 'ratio' }, '')}`];
  });
  if (growth.length === 0 || instances < 2) return [];
  return [
    `A request takes this many times the instance CPU with ${countOf(instances, 'instance')} that it takes with one: ` +
      `${joinWords(growth)}. They share the caches of one machine. Each prediction is made from other cells alone: ` +
      'the CPU times of its strategy with other numbers of instances, and one growth per instance for all strategies.',
  ];
}

function describeFit(cells: readonly Cell[], strategy: string): string[] {
  const fit = cells.find(({ factors }) => factors.fit !== undefined && factors.strategy === strategy);
  if (fit === undefined) return [];
  const { alpha, beta, gammaRps } = fit.metrics;
  if (alpha === undefined || beta === undefined || gammaRps === undefined) {
    return [`${capitalise(strategy)}: the scalability law is not identifiable from these points.`];
  }
  return [
    `${capitalise(strategy)} as the scalability law describes it, within the measured range only: contention α = ` +
      `${estimateInWords(alpha, '')}, coherency β = ${estimateInWords(beta, '')}, one instance γ = ` +
      `${estimateInWords(gammaRps, 'requests/s')}.`,
  ];
}

export const scaling: Presentation = {
  title: 'Scaling out',
  charts: [
    {
      kind: 'curves',
      caption: 'Capacity, by number of instances',
      metrics: [CAPACITY],
      axis: 'instances',
    },
    {
      kind: 'curves',
      caption: 'Mean latency at capacity, by number of instances',
      metrics: [LATENCY],
      axis: 'instances',
    },
  ],
  leading: [CAPACITY, LATENCY, SPEEDUP],
  predictions: new Map(),
  answer(cells) {
    const list = speedups(cells);
    if (list.length === 0 || mostInstances(cells) < 2) return [];
    return [
      `${capitalise(countOf(mostInstances(cells), 'instance'))} serve this many times what one does: ${joinWords(list)}.`,
    ];
  },
  means: (cells) => [
    ...strategiesOf(cells).flatMap((strategy) => describeBottleneck(cells, strategy)),
    ...describeModelErrors(cells, [CAPACITY, LATENCY]),
    ...describeGrowth(cells),
    ...strategiesOf(cells).flatMap((strategy) => describeFit(cells, strategy)),
  ],
  misleads: [
    'Each instance has a small fixed slice of CPU, so that a few cores can show many instances. The slices throttle in ' +
      'turns, which adds latency that whole cores would not have.',
    'A tier is called busy by its CPU time alone: the balancer and the store against one core each, an instance against ' +
      'what one instance used when it was alone. On a machine with few cores all of them also share these.',
    'The scalability law is a description of the points that were measured. It explains nothing and holds for no other ' +
      'number of instances.',
  ],
};
