import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { BatteryCase, BatteryRound } from '../contract.js';
import { ACTS, LIFETIME_S, windowCase } from '../metrics/battery.js';
import {
  sampleAuthorization,
  sampleElsewhere,
  sampleForgeries,
  sampleHeadLimits,
  samplePayloads,
  sampleStandards,
} from './sample-attacks.js';
import { lognormal, type Simulation } from './simulation.js';

type Tried = Pick<BatteryRound, 'cases' | 'counts'>;

/** What a round of each battery finds. */
const BATTERIES: Readonly<Record<string, (simulation: Simulation) => Tried>> = {
  authorization: sampleAuthorization,
  elsewhere: sampleElsewhere,
  forgeries: sampleForgeries,
  'head-limits': sampleHeadLimits,
  payloads: samplePayloads,
  standards: sampleStandards,
  windows: sampleWindows,
};

export function sampleBattery(simulation: Simulation): BatteryRound {
  const sample = BATTERIES[String(simulation.factors.battery)];
  if (!sample) throw new RangeError(`there is no sample of the battery ${simulation.factors.battery}`);
  return { ...simulation.head, protocol: 'battery', ...sample(simulation) };
}

const USERS = 8;
const WATCHED_MS = 9_000;
const STEP_MS = 200;

function sampleWindows(simulation: Simulation): Tried {
  const { strategies, truth } = simulation;
  const cases = strategies.flatMap((strategy) =>
    Object.values(ACTS).flatMap((act) =>
      [0, ...(act === 'logout' && strategy === 'jwt-denylist' ? [1, 5] : [])].map((cacheSeconds) => ({
        strategy,
        name: windowCase(act, cacheSeconds),
        windowMs: 1000 * truth.windowS(strategy, act, cacheSeconds),
      })),
    ),
  );
  return {
    cases: cases.flatMap((one) => Array.from({ length: USERS }, () => caseOf(one, simulation))),
    counts: { refreshes: USERS, refreshTrips: USERS },
  };
}

function caseOf(
  { strategy, name, windowMs }: { readonly strategy: string; readonly name: string; readonly windowMs: number },
  { random, truth }: Simulation,
): BatteryCase {
  const endMs = windowMs * lognormal(random, truth.noise);
  // It ends somewhere between two times that the copy is presented.
  const sinceMs = STEP_MS * random();
  const refusedMs = windowMs === 0 ? 0 : endMs + STEP_MS - sinceMs;
  const lastMs = Math.max(2, Math.min(endMs - sinceMs, WATCHED_MS));
  const accepted = { status: 200, firstMs: 2, lastMs, count: 1 + Math.ceil(lastMs / STEP_MS) };
  const refused = { status: 401, firstMs: refusedMs, lastMs: refusedMs + 50, count: 2 };
  const isToken = STRATEGIES[strategy as StrategyName].credential === 'bearer';
  return {
    strategy,
    name,
    expected: 'refused',
    answers: [...(windowMs > 0 ? [accepted] : []), ...(refusedMs < WATCHED_MS ? [refused] : [])],
    ...(isToken && { expiresMs: 1000 * (LIFETIME_S - random()) }),
  };
}
