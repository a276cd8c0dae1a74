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
import { unpairedRatio } from '../stats/unpaired.js';
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
  const inputs = inputsOf(load, cost);
  const percentiles = (evidence: Evidence, end: End, options: EstimateOptions) =>
    simulate(queueOf(evidence, inputs, end, options), percent);
  return {
    metric: `predictedLatencyP${percent}Ms`,
    label: `latency p${percent} as predicted`,
    unit: 'ms',
    factors: load.factors,
    cells: [load, ...inputs.demands.flatMap(({ cells }) => cells)],
    estimate(evidence, options) {
      const [low, value, high] = (['low', 'value', 'high'] as const).map((end) =>
        geometricMean(percentiles(evidence, end, options)),
      ) as [number, number, number];
      const n = Math.min(...inputs.demands.map((demand) => demand.estimate(evidence, options).n));
      // Dearer requests may come in larger crowds: where that makes them faster, the ends change places.
      return { value, low: Math.min(low, value), high: Math.max(high, value), n, unit: 'ms' };
    },
    perRound: (evidence) => percentiles(evidence, 'value', { random: createRandom(1, 'shown'), confidence: 0.5 }),
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
  return {
    metric: `latencyP${percent}ByPredicted`,
    label: `latency p${percent}, measured by predicted`,
    unit: 'ratio',
    factors: load.factors,
    cells: predicted.cells,
    estimate(evidence, options) {
      const at = { ...options, confidence: DEFAULT_CONFIDENCE };
      const [ours, theirs] = [measured.estimate(evidence, at), predicted.estimate(evidence, at)];
      const ratio = unpairedRatio([ours], [theirs], options.confidence);
      if (!ratio) throw new RangeError('an interval reaches zero');
      return { ...ratio, ...(ours.bound && { bound: ours.bound }) };
    },
    perRound: (evidence) => {
      const typical = geometricMean(predicted.perRound(evidence));
      return measured.perRound(evidence).map((ms) => ms / typical);
    },
  };
}

type End = keyof Pick<Estimate, 'low' | 'value' | 'high'>;

interface Inputs {
  readonly load: CellRef<'offered-load'>;
  readonly cost: MeasurementRef<'saturation'>;
  /** Of the instance alone and in a crowd, of the balancer, of the store. */
  readonly demands: readonly [Quantity, Quantity, Quantity, Quantity];
}

function inputsOf(load: CellRef<'offered-load'>, cost: MeasurementRef<'saturation'>): Inputs {
  const base = { strategy: String(load.factors.strategy), instances: 1 };
  const straight = (connections: number) =>
    cpuMicrosPerRequest('instance', cost, { ...base, connections, straight: true });
  const through = (tier: 'balancer' | 'store') => cpuMicrosPerRequest(tier, cost, base);
  const demands = [straight(CONNECTIONS.few), straight(CONNECTIONS.many), through('balancer'), through('store')];
  return { load, cost, demands: demands as unknown as Inputs['demands'] };
}

/** All demands at the same end of their intervals. */
function queueOf(evidence: Evidence, { load, cost, demands }: Inputs, end: End, options: EstimateOptions) {
  const rounds = evidence.rounds(load);
  const [first] = rounds;
  if (first?.slicePeriodMs === undefined) throw new RangeError('the periods of the slices are not known');
  const [alone, crowded, balancer, store] = demands.map((demand) => demand.estimate(evidence, options)[end]);
  const curve: CostCurve = {
    few: { connections: CONNECTIONS.few, micros: alone ?? 0 },
    many: { connections: CONNECTIONS.many, micros: crowded ?? 0 },
  };
  if (!(curve.few.micros > 0 && curve.many.micros > 0)) throw new RangeError('the demand is not told from none');
  const idleCores = idleMicrosPerSecond('instance', cost, evidence) / 1e6;
  const queue: Parameters<typeof simulate>[0] = {
    arrivalsPerSecond: mean(rounds.map(({ offeredRps }) => offeredRps)),
    roundMs: mean(rounds.map(scheduledMs)),
    instances: Number(load.factors.instances),
    quotaMicros: 1000 * first.slicePeriodMs * (first.instanceCores - idleCores),
    periodMicros: 1000 * first.slicePeriodMs,
    elsewhereMicros: Math.max(0, balancer ?? 0) + Math.max(0, store ?? 0),
    curve,
  };
  if (!(queue.quotaMicros > 0)) throw new RangeError('the slice is less than what is spent without a request');
  return queue;
}

/** A round's own time includes its connecting and its last answers. */
function scheduledMs({ scheduled, offeredRps }: OfferedLoadRound): number {
  return (1000 * scheduled) / offeredRps;
}

/** Of what was simulated, both percentiles of each round: they are asked for one by one, and at every look again. */
const simulated = new Map<string, readonly Readonly<Record<Percent, number>>[]>();
const MOST_SIMULATED = 200;

function simulate(
  { curve, ...rest }: Omit<SlicedQueue, 'demandMicros'> & { readonly curve: CostCurve },
  percent: Percent,
): number[] {
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
