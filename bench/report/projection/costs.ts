import { BASELINE, STRATEGIES, type StrategyName, type StrategyTraits } from '../../../services/contract.js';
import type { Cell, ExperimentResult } from '../../contract.js';
import type { StrategyCosts } from '../../model/projection.js';
import { estimateAt, numbersOf, passesChecks, valuesOf } from '../cells.js';
import { divide, type Range } from '../ratio.js';
import type { SessionHome, Subject } from './reckoning.js';

export interface MeasuredCosts {
  readonly subjects: readonly Subject[];
  /** Sentences: which strategies of the run are not projected, and why. */
  readonly leftOut: readonly string[];
  /** CPU of one login in µs; null where the run did not measure it. */
  readonly loginCpuMicros: Range | null;
}

const HOMES: Readonly<Record<StrategyTraits['state'], SessionHome>> = {
  instance: 'instance',
  redis: 'store',
  client: 'client',
};

/** Beside its data a session needs memory for key, entry and expiry. See `assumptions.ts` for where the numbers are from. */
export const OVERHEAD_BYTES: Readonly<Record<SessionHome, number>> = { store: 160, instance: 550, client: 0 };

const COST_METRICS = [
  'instanceCpuMicrosPerRequest',
  'balancerCpuMicrosPerRequest',
  'storeCpuMicrosPerRequest',
  'requestBytes',
  'responseBytes',
] as const;
type CostMetric = (typeof COST_METRICS)[number];

const ZERO: Range = { low: 0, value: 0, high: 0 };

function isStrategy(name: unknown): name is StrategyName {
  return typeof name === 'string' && Object.hasOwn(STRATEGIES, name);
}

/** Null where a metric is missing or is no cost. */
function measuredAt(cells: readonly Cell[], strategy: string): ReadonlyMap<CostMetric, Range> | null {
  const found = new Map<CostMetric, Range>();
  for (const metric of COST_METRICS) {
    const estimate = estimateAt(cells, { strategy }, metric);
    if (estimate === undefined || !(estimate.value >= 0 && estimate.high < 1e12)) return null;
    found.set(metric, estimate);
  }
  // A store has work of its own to do also while nobody asks it: without trips to it, none of its CPU is the strategy's.
  if (estimateAt(cells, { strategy }, 'storeTripsPerRequest')?.value === 0) found.set('storeCpuMicrosPerRequest', ZERO);
  return found;
}

function subjectOf(cells: readonly Cell[], strategy: StrategyName, login: Range): Subject | null {
  const measured = measuredAt(cells, strategy);
  if (measured === null) return null;
  const costsAt = (end: keyof Range): StrategyCosts => {
    const at = (metric: CostMetric) => Math.max(0, measured.get(metric)?.[end] ?? 0);
    return {
      instanceCpuMicros: at('instanceCpuMicrosPerRequest'),
      balancerCpuMicros: at('balancerCpuMicrosPerRequest'),
      storeCpuMicros: at('storeCpuMicrosPerRequest'),
      loginCpuMicros: Math.max(0, login[end]),
      requestBytes: at('requestBytes'),
      responseBytes: at('responseBytes'),
      sessionStoreBytes: 0,
      sessionInstanceBytes: 0,
    };
  };
  const keptIn = HOMES[STRATEGIES[strategy].state];
  const costs = { low: costsAt('low'), value: costsAt('value'), high: costsAt('high') };
  return { name: strategy, keptIn, overheadBytes: OVERHEAD_BYTES[keptIn], costs };
}

/** What a login costs the instances: in the re-login storm, the cell that logs in most often has little else to do. */
function measureLogin(experiments: readonly ExperimentResult[]): Range | null {
  const cells = soundCells(experiments, 'relogin-storm');
  const at = { strategy: 'memory', instances: Math.max(...numbersOf(cells, 'instances')) };
  const cpu = estimateAt(cells, at, 'instanceCpuMicrosPerPageView');
  const logins = estimateAt(cells, at, 'loginsPerPageView');
  return cpu !== undefined && logins !== undefined && cpu.value > 0 && logins.value > 0.1 ? divide(cpu, logins) : null;
}

function soundCells(experiments: readonly ExperimentResult[], wanted: string): Cell[] {
  return experiments.filter(({ id }) => id === wanted).flatMap(({ cells }) => cells.filter(passesChecks));
}

function isLostBehindRoundRobin(strategy: StrategyName): boolean {
  const { state, routing } = STRATEGIES[strategy];
  return state === 'instance' && routing === 'round-robin';
}

/** The costs of every strategy of the run that works with any number of instances. */
export function collectCosts(experiments: readonly ExperimentResult[]): MeasuredCosts {
  const cells = soundCells(experiments, 'request-cost');
  const names = valuesOf(cells, 'strategy').filter(isStrategy);
  const loginCpuMicros = measureLogin(experiments);
  const lost = names.filter(isLostBehindRoundRobin);
  const others = valuesOf(cells, 'strategy').filter((name) => name !== BASELINE && !lost.some((one) => one === name));
  const subjects = others.flatMap((name) =>
    isStrategy(name) ? (subjectOf(cells, name, loginCpuMicros ?? ZERO) ?? []) : [],
  );
  const missing = others.filter((name) => !subjects.some((subject) => subject.name === name));
  return {
    subjects,
    leftOut: [
      ...lost.map((name) => `${name} is left out: behind round robin it works with one instance only.`),
      ...missing.map((name) => `${name} is left out: this run does not have all of its costs.`),
    ],
    loginCpuMicros,
  };
}
