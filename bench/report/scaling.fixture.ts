import type { Cell, Estimate, ExperimentResult, Results } from '../contract.js';
import { estimate, passed, sampleResults } from './results.fixture.js';

/** Invented, in the size and shape that the model predicts for slices of a tenth of a core. */

const COUNTS = [1, 2, 4, 6];
const SLICE_CORES = 0.1;
const CONNECTIONS = 256;
const BALANCER_MICROS = 42;

/** Instance and store CPU per request, in µs. */
const DEMANDS: Readonly<Record<string, { readonly instance: number; readonly store: number }>> = {
  memory: { instance: 33, store: 0 },
  sticky: { instance: 34, store: 0 },
  redis: { instance: 41, store: 3 },
  jwt: { instance: 44, store: 0 },
};

const within = (value: number, share: number, unit: string): Estimate => estimate(value, value * share, unit);

function scalingCell(strategy: string, instances: number): Cell {
  const { instance = 0, store = 0 } = DEMANDS[strategy] ?? {};
  const alone = (SLICE_CORES * 1e6) / instance;
  const predicted = Math.min(instances * alone, 1e6 / BALANCER_MICROS);
  const capacity = predicted * (1 - 0.012 * (instances - 1));
  return {
    factors: { strategy, instances },
    metrics: {
      capacityRps: within(capacity, 0.014, '1/s'),
      predictedCapacityRps: within(predicted, 0.01, '1/s'),
      latencyMeanMs: within((1000 * CONNECTIONS) / capacity, 0.02, 'ms'),
      predictedLatencyMeanMs: within((1000 * CONNECTIONS) / predicted, 0.01, 'ms'),
      latencyP50Ms: within((900 * CONNECTIONS) / capacity, 0.03, 'ms'),
      latencyP99Ms: within((1900 * CONNECTIONS) / capacity, 0.08, 'ms'),
      instanceCpuMicrosPerRequest: within(instance, 0.01, 'µs'),
      balancerCpuMicrosPerRequest: within(BALANCER_MICROS, 0.02, 'µs'),
      storeCpuMicrosPerRequest: within(store, 0.05, 'µs'),
      speedup: within(capacity / alone, 0.016, 'ratio'),
    },
    checks: passed(),
  };
}

/** In-memory sessions scale in too regular a way for the law to tell its parameters apart. */
function fitCell(strategy: string): Cell {
  const law = {
    alpha: estimate(0.012, 0.004, ''),
    beta: estimate(0.0004, 0.0003, ''),
    gammaRps: within(2_400, 0.01, '1/s'),
  };
  return { factors: { strategy, fit: 'scalability-law' }, metrics: strategy === 'memory' ? {} : law, checks: passed() };
}

function skewCells(): Cell[] {
  return ['memory', 'sticky'].flatMap((strategy) =>
    ['uniform', 'zipf'].flatMap((users) =>
      [2, 4].map((instances) => {
        const isSkewed = strategy === 'sticky';
        const skew = isSkewed ? 1 + (users === 'zipf' ? 0.19 : 0.04) * instances : 1.004;
        const share = (isSkewed ? 0.1 : 1) / instances;
        return {
          factors: { strategy, users, instances },
          metrics: {
            maxToMeanLoad: within(skew, 0.02, 'ratio'),
            newInstanceShare: within(share, 0.04, 'ratio'),
          },
          checks: passed(),
        };
      }),
    ),
  );
}

const CAPACITIES = [
  { strategy: 'redis', capacity: 2_350 },
  { strategy: 'jwt', capacity: 2_250 },
] as const;

function latencyCells(): Cell[] {
  return CAPACITIES.flatMap(({ strategy, capacity }) => {
    const loads = [250, 500, 1_000, 1_500, 2_000, 2_500].map((offeredRps) => {
      const load = Math.min(0.995, offeredRps / capacity);
      const failed = Math.max(0, 1 - capacity / offeredRps);
      return {
        factors: { strategy, offeredRps },
        metrics: {
          latencyP50Ms: within(2.4 / (1 - load), 0.05, 'ms'),
          latencyP99Ms: within(11 / (1 - load), 0.12, 'ms'),
          goodputRps: within(offeredRps * (1 - failed), 0.005, '1/s'),
          failedRatio: within(failed, 0.05, 'ratio'),
        },
        checks: passed(),
      };
    });
    const limit: Cell = {
      factors: { strategy, slo: 'p99 < 50 ms' },
      metrics: { loadAtSloRps: within(capacity * 0.78, 0.03, '1/s') },
      checks: passed(),
    };
    return [...loads, limit];
  });
}

function ceilingCells(): Cell[] {
  return [0.02, 0.1].flatMap((storeQuota) =>
    COUNTS.map((instances) => {
      const ceiling = (storeQuota * 1e6) / 3;
      const predicted = Math.min(instances * 2_400, ceiling);
      return {
        factors: { strategy: 'redis', instances, storeQuota },
        metrics: {
          capacityRps: within(predicted * 0.97, 0.02, '1/s'),
          predictedCapacityRps: within(predicted, 0.015, '1/s'),
          storeUtilisation: within((predicted * 0.97) / ceiling, 0.02, 'ratio'),
        },
        checks: passed(),
      };
    }),
  );
}

/** An experiment that the report has no entry for, with predictions. */
function cacheCells(): Cell[] {
  return Object.entries(DEMANDS).map(([strategy, { instance }], index) => ({
    factors: { strategy },
    metrics: {
      instanceCpuMicrosPerRequest: within(instance, 0.03, 'µs'),
      predictedInstanceCpuMicrosPerRequest: within(instance * (0.8 + 0.15 * index), 0.02, 'µs'),
    },
    checks: passed(),
  }));
}

export function scalingExperiments(): ExperimentResult[] {
  const strategies = Object.keys(DEMANDS);
  const scaling = [
    ...strategies.flatMap((strategy) => COUNTS.map((n) => scalingCell(strategy, n))),
    ...strategies.map(fitCell),
  ];
  const measured = (id: string, question: string, cells: Cell[]): ExperimentResult => ({
    id,
    question,
    status: 'measured',
    cells,
  });
  return [
    measured(
      'scaling',
      'How does capacity grow with the number of instances, each with a fixed slice of CPU?',
      scaling,
    ),
    measured('sticky-skew', 'How evenly do round robin and sticky routing spread the load?', skewCells()),
    measured('load-latency', 'How does latency grow with the load that is offered?', latencyCells()),
    measured('cache-cost', 'What would it cost with a cache?', cacheCells()),
    measured('store-ceiling', 'At how many instances does one Redis give out?', ceilingCells()),
  ];
}

export function scalingResults(): Results {
  const sample = sampleResults();
  return { ...sample, experiments: [...sample.experiments, ...scalingExperiments()] };
}

/** A machine that offers no means to limit CPU: the model's predictions are all there is. */
export function predictionOnlyResults(): Results {
  const experiments = scalingExperiments().map((experiment) => ({
    ...experiment,
    reason: 'No CPU slices here: cgroup v2 is read-only, systemd-run is not installed. Only predictions are shown.',
    cells: experiment.cells.map(({ metrics, ...cell }) => ({
      ...cell,
      metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith('predicted'))),
    })),
  }));
  return { ...sampleResults(), experiments, claims: [] };
}
