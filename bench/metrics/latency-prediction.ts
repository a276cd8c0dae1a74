/**
 * Latency at a load as it follows from what a request costs on a whole core, the slices and the idle costs: nothing in it is fitted to
 * latencies, so that it can fail.
 */

import type { OfferedLoadRound } from '../contract.js';
import { type CostCurve, costAt, type SlicedQueue, simulateRound } from '../model/sliced-queue.js';
import { DEFAULT_CONFIDENCE } from '../stats/bootstrap.js';
import type { Estimate } from '../stats/estimate.js';
import { createRandom } from '../stats/prng.js';
import { mean } from '../stats/quantiles.js';
import { byPredicted } from './by-predicted.js';
import { cpuMicrosPerRequest, idleMicrosPerSecond } from './demands.js';
import { latencyMs } from './offered-load.js';
import type { CellRef, EstimateOptions, Evidence, MeasurementRef, Quantity } from './quantity.js';

type Percent = 50 | 99;

/** Of which the typical percentile is taken, as it is of rounds that are measured. */
const ROUNDS = 30;
/** Requests under way straight at an instance: one that comes alone costs what it does at the first, in a crowd at the second. */
const CONNECTIONS = { few: 1, many: 32 } as const;

/** @param cost on whole cores, the cells straight at an instance included */
export function predictedLatencyMs(
  percent: Percent,
  load: CellRef<'offered-load'>,
  cost: MeasurementRef<'saturation'>,
): Quantity {
  const demands = demandsOf(load, cost);
  const queueAt = (evidence: Evidence, options: EstimateOptions) => {
    const costs = mapDemands(demands, (demand) => demand.estimate(evidence, options));
    return {
      n: Math.min(...Object.values(costs).map(({ n }) => n)),
      percentiles: (end: End) =>
        simulate(
          queueOf(
            evidence,
            { load, cost },
            mapDemands(costs, (one) => one[end]),
          ),
          percent,
        ),
    };
  };
  return {
    metric: `predictedLatencyP${percent}Ms`,
    label: `latency p${percent} as predicted`,
    unit: 'ms',
    factors: load.factors,
    cells: [load, ...Object.values(demands).flatMap(({ cells }) => cells)],
    estimate(evidence, options) {
      const { n, percentiles } = queueAt(evidence, options);
      const [value, low, high] = [percentiles('value'), percentiles('low'), percentiles('high')].map(geometricMean) as [
        number,
        number,
        number,
      ];
      // Dearer requests may come in larger crowds: where that makes them faster, the ends change places.
      return { value, low: Math.min(low, value, high), high: Math.max(low, value, high), n, unit: 'ms' };
    },
    perRound: (evidence) =>
      queueAt(evidence, { random: createRandom(1, 'shown'), confidence: DEFAULT_CONFIDENCE }).percentiles('value'),
  };
}

/** How far that prediction is off: measured by predicted, 1 where it holds. */
export function latencyByPredicted(
  percent: Percent,
  load: CellRef<'offered-load'>,
  cost: MeasurementRef<'saturation'>,
): Quantity {
  const measured = latencyMs(percent, load.measurement, load.factors);
  const predicted = predictedLatencyMs(percent, load, cost);
  const name = {
    metric: `latencyP${percent}ByPredicted`,
    label: `latency p${percent}, measured by predicted`,
    factors: load.factors,
  };
  return byPredicted(name, measured, predicted, geometricMean);
}

type End = keyof Pick<Estimate, 'low' | 'value' | 'high'>;

/** Of the instance alone and in a crowd, of the balancer, of the store. */
type Demands<T> = Readonly<Record<'alone' | 'crowded' | 'balancer' | 'store', T>>;

function demandsOf({ factors }: CellRef<'offered-load'>, cost: MeasurementRef<'saturation'>): Demands<Quantity> {
  const base = { strategy: String(factors.strategy), instances: 1 };
  const straight = (connections: number) =>
    cpuMicrosPerRequest('instance', cost, { ...base, connections, straight: true });
  return {
    alone: straight(CONNECTIONS.few),
    crowded: straight(CONNECTIONS.many),
    balancer: cpuMicrosPerRequest('balancer', cost, base),
    store: cpuMicrosPerRequest('store', cost, base),
  };
}

function mapDemands<T, U>({ alone, crowded, balancer, store }: Demands<T>, of: (one: T) => U): Demands<U> {
  return { alone: of(alone), crowded: of(crowded), balancer: of(balancer), store: of(store) };
}

type Queue = Omit<SlicedQueue, 'demandMicros'> & { readonly curve: CostCurve };

function queueOf(
  evidence: Evidence,
  { load, cost }: { readonly load: CellRef<'offered-load'>; readonly cost: MeasurementRef<'saturation'> },
  { alone, crowded, balancer, store }: Demands<number>,
): Queue {
  const rounds = evidence.rounds(load);
  const [first] = rounds;
  if (first?.slicePeriodMs === undefined) throw new RangeError('the periods of the slices are not known');
  if (!(alone > 0 && crowded > 0)) throw new RangeError('the demand is not told from none');
  const idleCores = idleMicrosPerSecond('instance', cost, evidence) / 1e6;
  if (idleCores >= first.instanceCores) throw new RangeError('the slice is less than what is spent without a request');
  return {
    arrivalsPerSecond: mean(rounds.map(({ offeredRps }) => offeredRps)),
    roundMs: mean(rounds.map(scheduledMs)),
    instances: Number(load.factors.instances),
    quotaMicros: 1000 * first.slicePeriodMs * (first.instanceCores - idleCores),
    periodMicros: 1000 * first.slicePeriodMs,
    elsewhereMicros: Math.max(0, balancer) + Math.max(0, store),
    curve: {
      few: { connections: CONNECTIONS.few, micros: alone },
      many: { connections: CONNECTIONS.many, micros: crowded },
    },
  };
}

/** A round's own time includes its connecting and its last answers. */
function scheduledMs({ scheduled, offeredRps }: OfferedLoadRound): number {
  return (1000 * scheduled) / offeredRps;
}

/** Of what was simulated, both percentiles of each round: they are asked for one by one, and at every look again. */
const simulated = new Map<string, readonly Readonly<Record<Percent, number>>[]>();
const MOST_SIMULATED = 200;

function simulate({ curve, ...rest }: Queue, percent: Percent): number[] {
  const key = JSON.stringify({ curve, ...rest });
  const known = simulated.get(key);
  if (known) return known.map((round) => round[percent]);
  if (simulated.size >= MOST_SIMULATED) simulated.clear();
  // The same chance for every queue: two differ in what they are alone.
  const random = createRandom(1, 'arrivals');
  const queue = { ...rest, demandMicros: (present: number) => costAt(curve, present) };
  const rounds = Array.from({ length: ROUNDS }, () => {
    const latencies = simulateRound(queue, random);
    const at = (share: number) => latencies[Math.max(0, Math.ceil(share * latencies.length) - 1)] ?? Number.NaN;
    return { 50: at(0.5), 99: at(0.99) };
  });
  simulated.set(key, rounds);
  return rounds.map((round) => round[percent]);
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map(Math.log)));
}
