import { STRATEGIES, type StrategyName, type StrategyTraits } from '../../../services/contract.js';
import type { Judgement } from '../../claims/judge.js';
import { REQUEST_COST } from '../../claims/measurements.js';
import type { Factors, SummaryEstimate } from '../../contract.js';
import { keyOf } from '../../metrics/quantity.js';
import type { StrategyCosts } from '../../model/projection.js';
import { finiteEstimates } from '../summary.js';
import type { SessionHome, Subject } from './reckoning.js';

/** A number and its interval. */
export interface Range {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

export interface MeasuredCosts {
  readonly subjects: readonly Subject[];
  /** Sentences: which strategies of the run are not projected, and why. */
  readonly leftOut: readonly string[];
  /** CPU of one login in µs; null where the run did not measure it. */
  readonly loginCpuMicros: Range | null;
}

/** The claims whose numbers are needed: the one that shows all that a request takes, and the one that shows a login. */
const COSTS_CLAIM = 'token-bytes';
const LOGIN_CLAIM = 'relogin-storm';

/** Null where what a request costs there is not measured. */
const HOMES: Readonly<Record<StrategyTraits['state'], SessionHome | null>> = {
  instance: 'instance',
  redis: 'store',
  database: null,
  'every instance': null,
  client: 'client',
  nowhere: 'client',
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

/** What depends on how much an instance has to do at once. */
const OF_BUSY_INSTANCE: ReadonlySet<string> = new Set(['instanceCpuMicrosPerRequest', 'storeCpuMicrosPerRequest']);

const ZERO: Range = { low: 0, value: 0, high: 0 };
/** Beyond it a number is no cost of a request, and would make the page's numbers unreadable. */
const MOST = 1e12;

type Estimates = readonly SummaryEstimate[];

function estimatesOf(judgements: readonly Judgement[], claim: string): Estimates {
  return finiteEstimates(judgements.find(({ id }) => id === claim)?.estimates ?? []);
}

/** With how many requests under way costs are taken: the projection assumes tiers that are busy. */
export const BUSY_CONNECTIONS = REQUEST_COST.settings.connections;

/** Straight at an instance it is as busy as can be: behind the balancer, that one may be what holds back. */
const STRAIGHT: Factors = { connections: BUSY_CONNECTIONS, straight: true };
const THROUGH: Factors = {};

function rangeOf(estimates: Estimates, metric: string, strategy: string, where = THROUGH): Range | undefined {
  const cell = keyOf({ strategy, instances: 1, ...where });
  return estimates.find((one) => one.metric === metric && keyOf(one.factors) === cell);
}

const ORDER = Object.keys(STRATEGIES) as StrategyName[];

/** Null where a metric is missing or is no cost. */
function measuredAt(estimates: Estimates, strategy: string): ReadonlyMap<CostMetric, Range> | null {
  const found = new Map<CostMetric, Range>();
  for (const metric of COST_METRICS) {
    const straight = OF_BUSY_INSTANCE.has(metric) ? rangeOf(estimates, metric, strategy, STRAIGHT) : undefined;
    const range = straight ?? rangeOf(estimates, metric, strategy);
    if (range === undefined || !(range.high < MOST)) return null;
    found.set(metric, range);
  }
  // A store has work of its own to do also while nobody asks it: without trips to it, none of its CPU is the strategy's.
  if (rangeOf(estimates, 'storeTripsPerRequest', strategy)?.value === 0) found.set('storeCpuMicrosPerRequest', ZERO);
  return found;
}

function subjectOf(estimates: Estimates, strategy: StrategyName, login: Range): Subject | null {
  const measured = measuredAt(estimates, strategy);
  const keptIn = HOMES[STRATEGIES[strategy].state];
  if (measured === null || keptIn === null) return null;
  const costsAt = (end: keyof Range): StrategyCosts => {
    // Net of what a tier spends without requests, a cost next to nothing can come out below zero.
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
  const costs = { low: costsAt('low'), value: costsAt('value'), high: costsAt('high') };
  const isBusy = rangeOf(estimates, 'instanceCpuMicrosPerRequest', strategy, STRAIGHT) !== undefined;
  return { name: strategy, keptIn, overheadBytes: OVERHEAD_BYTES[keptIn], isBusy, costs };
}

function isLostBehindRoundRobin(strategy: StrategyName): boolean {
  const { state, routing } = STRATEGIES[strategy];
  return state === 'instance' && routing === 'round-robin';
}

/** The costs of every strategy of the run that works with any number of instances. */
export function collectCosts(judgements: readonly Judgement[]): MeasuredCosts {
  const estimates = estimatesOf(judgements, COSTS_CLAIM);
  const login = estimatesOf(judgements, LOGIN_CLAIM).find(({ metric }) => metric === 'loginCpuMicros');
  const loginCpuMicros = login && login.value > 0 && login.high < MOST ? login : null;
  const names = ORDER.filter((name) => estimates.some(({ factors }) => factors.strategy === name));
  const lost = names.filter(isLostBehindRoundRobin);
  const others = names.filter((name) => !isLostBehindRoundRobin(name));
  const subjects = others.flatMap((name) => subjectOf(estimates, name, loginCpuMicros ?? ZERO) ?? []);
  const inDatabase = others.filter((name) => HOMES[STRATEGIES[name].state] === null);
  const missing = others.filter((name) => !inDatabase.includes(name) && !subjects.some((one) => one.name === name));
  return {
    subjects,
    leftOut: [
      ...lost.map((name) => `${name} is left out: behind round robin it works with one instance only.`),
      ...inDatabase.map((name) => `${name} is left out: what it takes of the database is not projected.`),
      ...missing.map((name) => `${name} is left out: this run does not have all of its costs.`),
    ],
    loginCpuMicros,
  };
}
