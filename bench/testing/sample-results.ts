import { MOUNTED_STRATEGIES } from '../../services/contract.js';
import type { Claim, Scope } from '../claims/claim.js';
import { BUILT } from '../claims/index.js';
import type { ContextRecord, Measurement, PlanRecord, ProtocolName, Results, Round, SettingsOf } from '../contract.js';
import { RESULTS_SCHEMA } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { sampleBattery } from './sample-battery.js';
import { sampleFailover } from './sample-failover.js';
import { sampleOfferedLoad } from './sample-offered-load.js';
import { samplePopulation } from './sample-population.js';
import { sampleRace } from './sample-race.js';
import { sampleReplication } from './sample-replication.js';
import { sampleSaturation } from './sample-saturation.js';
import { sampleStorm } from './sample-storm.js';
import { sampleTimeline } from './sample-timeline.js';
import { sampleVisits } from './sample-visits.js';
import { type Simulation, simulationOf } from './simulation.js';
import { TRUTH, type Truth } from './truth.js';

export interface SampleOptions {
  readonly seed?: number;
  /** Rounds to leave out. */
  readonly without?: (round: Round) => boolean;
  readonly change?: (round: Round) => Round;
  readonly truth?: Partial<Truth>;
  /** Ids; every built claim otherwise. What a round is like does not depend on the others. */
  readonly claims?: readonly string[];
}

const SCOPE: Scope = { strategies: MOUNTED_STRATEGIES, instances: [1, 2, 4] };

interface Protocol {
  readonly sweeps: number;
  /** Of these, so many at least: the rest comes before the next look. */
  readonly leastSweeps: number;
  readonly durationMs: number;
  sample(simulation: Simulation): Round;
}

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  visits: { sweeps: 10, leastSweeps: 8, durationMs: 300, sample: sampleVisits },
  saturation: { sweeps: 8, leastSweeps: 7, durationMs: 1_000, sample: sampleSaturation },
  'offered-load': { sweeps: 8, leastSweeps: 7, durationMs: 1_200, sample: sampleOfferedLoad },
  timeline: { sweeps: 6, leastSweeps: 4, durationMs: 5_000, sample: sampleTimeline },
  battery: { sweeps: 4, leastSweeps: 3, durationMs: 11_000, sample: sampleBattery },
  race: { sweeps: 10, leastSweeps: 8, durationMs: 400, sample: sampleRace },
  population: { sweeps: 3, leastSweeps: 3, durationMs: 2_000, sample: samplePopulation },
  storm: { sweeps: 8, leastSweeps: 7, durationMs: 1_500, sample: sampleStorm },
  failover: { sweeps: 20, leastSweeps: 4, durationMs: 15_000, sample: sampleFailover },
  replication: { sweeps: 3, leastSweeps: 3, durationMs: 9_000, sample: sampleReplication },
};

/** A whole run, made up: deterministic, with a known truth. */
export function sampleResults({ seed = 7, without, change, truth, claims }: SampleOptions = {}): Results {
  const plan = samplePlan(
    BUILT.filter(({ id }) => claims?.includes(id) ?? true),
    SCOPE,
  );
  const world = { seed, truth: { ...TRUTH, ...truth }, strategies: plan.strategies };
  let ms = Date.parse('2026-11-22T09:00:00Z');
  const rounds = plan.measurements.flatMap((measurement) => {
    const { sweeps, durationMs, sample } = PROTOCOLS[measurement.protocol];
    return Array.from({ length: sweeps }, (_, sweep) => sweep).flatMap((sweep) =>
      measurement.cells.map((factors) => {
        const startedAt = new Date(ms).toISOString();
        ms += durationMs;
        return sample(simulationOf({ measurement, factors, sweep, startedAt, durationMs }, world));
      }),
    );
  });
  const kept = rounds.filter((round) => !without?.(round));
  return {
    run: {
      kind: 'run',
      schema: RESULTS_SCHEMA,
      id: 'sample',
      startedAt: '2026-11-22T09:00:00.000Z',
      command: `npm run bench -- --seed ${seed}`,
      seed,
      minutes: 12,
    },
    context: CONTEXT,
    plan,
    calibrations: plan.measurements
      .filter(({ protocol, settings }) => protocol === 'offered-load' || String(settings.slices).includes('instances'))
      .map(({ key }) => ({
        kind: 'calibration',
        measurement: key,
        values: { instanceCores: world.truth.instanceCores, storeCores: world.truth.storeCores },
      })),
    rounds: change ? kept.map(change) : kept,
    events: plan.measurements.map(({ key }) => ({
      kind: 'event',
      at: new Date(ms).toISOString(),
      name: 'measured',
      measurement: key,
      detail: '',
    })),
    end: { kind: 'end', status: 'complete', finishedAt: new Date(ms).toISOString() },
  };
}

/** What the claims ask for: each measurement with all cells that any of their numbers needs. */
export function samplePlan(claims: readonly Claim[], scope: Scope): PlanRecord {
  const measurements = new Map<
    string,
    { readonly of: Omit<Measurement, 'cells'>; readonly cells: Map<string, Measurement['cells'][number]> }
  >();
  const questions = claims.map((claim) => claim.ask(scope));
  const cells = questions
    .flatMap(({ rule, shows = [] }) => [...rule.quantities, ...shows])
    .flatMap((quantity) => quantity.cells);
  for (const { measurement, factors } of cells) {
    const { key, protocol } = measurement;
    const settings = measurement.settings as SettingsOf[ProtocolName] & Measurement['settings'];
    const { leastSweeps } = PROTOCOLS[protocol];
    const known = measurements.get(key) ?? {
      of: { key, protocol, settings, leastSweeps, seconds: 60 },
      cells: new Map(),
    };
    known.cells.set(keyOf(factors), factors);
    measurements.set(key, known);
  }
  return {
    kind: 'plan',
    strategies: [...scope.strategies],
    instances: [...scope.instances],
    claims: claims.map(({ id }) => id),
    measurements: [...measurements.values()].map(({ of, cells }) => ({ ...of, cells: [...cells.values()] })),
    leftOut: [],
  };
}

const CONTEXT: ContextRecord = {
  kind: 'context',
  cpuModel: 'Simulated CPU',
  cores: 2,
  memoryBytes: 4 * 2 ** 30,
  os: 'linux 6.1',
  node: 'v20.20.2',
  redis: 'Redis 7.0.15, private process',
  postgres: 'PGlite, embedded',
  commit: '0123abc',
  versions: { fastify: '5.12.8', ioredis: '6.0.0', jose: '6.2.17' },
  cluster: 'local',
  cpuQuota: 'cgroup v1',
  settings: { jwtAlgorithm: 'HS256' },
};
