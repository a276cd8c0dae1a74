import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { evidenceOf } from './claims/evidence.js';
import { BUILT } from './claims/index.js';
import { judgeAll } from './claims/judge.js';
import type { More, Need } from './claims/needs.js';
import type { Cluster } from './cluster/cluster.js';
import type { StartCluster } from './cluster/index.js';
import type { readEnvironment } from './config.js';
import { takeContext } from './context.js';
import { type EndRecord, type Measurement, type PlanRecord, RESULTS_SCHEMA, type Results } from './contract.js';
import { inTime } from './in-time.js';
import { lacksOf } from './lacks.js';
import { type Measuring, measure } from './measure.js';
import type { CellRef } from './metrics/quantity.js';
import type { BenchOptions } from './options.js';
import { makePlan } from './plan.js';
import { createProgress, type Progress } from './progress.js';
import { ResultLog, requireVacant } from './results/log.js';
import { Sites } from './sites.js';

/** A measurement that fails is tried once more, on a cluster that was mended or replaced. */
const ATTEMPTS = 2;
/** Least rounds that take so many times as long as planned, and a minute more, have to do: the next claims have their turn. */
const MOST_TIMES = 3;
const GRACE_SECONDS = 60;
/** A look that ends this share of the minutes too late is still taken. */
const OVERTIME = 0.1;

export interface RunDependencies {
  readonly environment: ReturnType<typeof readEnvironment>;
  /** The command line that repeats the run, for the report. */
  readonly command: string;
  /** Where progress goes. */
  readonly stream: NodeJS.WriteStream;
  /** ms since 1970 */
  readonly now: () => number;
  /** Aborted when the run is to end now; what was measured so far is kept. */
  readonly signal: AbortSignal;
  /** Default: as the kind of cluster is started. */
  readonly startCluster?: StartCluster;
  /** See Measuring. */
  readonly standstillMs?: Measuring['standstillMs'];
}

export interface RunOutcome {
  readonly folder: string;
  readonly results: Results;
  /** Why not all of the results are in the file, or undefined where they are. */
  readonly unwritten: string | undefined;
}

/**
 * One whole run: cluster, plan, rounds. Whatever happens, nothing is left running, and what was measured is kept.
 * @throws BenchError where nothing could be measured at all.
 */
export async function runBench(options: BenchOptions, dependencies: RunDependencies): Promise<RunOutcome> {
  const { now, command } = dependencies;
  const startedAt = new Date(now()).toISOString();
  const id = startedAt.slice(0, 19).replaceAll(':', '-');
  const folder = options.out ?? join('reports', id);
  requireVacant(folder);
  const seed = options.seed ?? randomInt(2 ** 31);
  const { minutes } = options;
  const run = { kind: 'run' as const, schema: RESULTS_SCHEMA, id, startedAt, command, seed, minutes } as const;
  return carryOut({ options, open: () => ({ folder, log: ResultLog.create(folder, run) }) }, dependencies);
}

export interface Job {
  readonly options: BenchOptions;
  /** Called when a cluster runs, so that a run that never came to measure leaves nothing behind. */
  open(cluster: Cluster): { readonly folder: string; readonly log: ResultLog };
}

/** Measures what the log lacks. */
export async function carryOut({ options, open }: Job, dependencies: RunDependencies): Promise<RunOutcome> {
  const { now, signal, stream, environment, startCluster, standstillMs } = dependencies;
  const progress = createProgress({ stream, totalSeconds: 60 * options.minutes, now });
  const sites = new Sites({ ...options, environment, startCluster, mendingMs: standstillMs?.(0) });
  try {
    progress.begin(`starting the cluster (${options.cluster})`);
    progress.at('');
    const { cluster } = await inTime(sites.open(), signal);
    const { folder, log } = open(cluster);
    try {
      if (!log.results.context) log.append(takeContext(cluster));
      const plan = log.results.plan ?? planFor(options, cluster);
      if (!log.results.plan) log.append(plan);
      const endsAt = now() + 60_000 * options.minutes;
      await measureAll(plan, sites, { log, signal, now, endsAt, progress, standstillMs });
      const status: EndRecord['status'] = signal.aborted ? 'interrupted' : 'complete';
      log.append({ kind: 'end', status, finishedAt: new Date(now()).toISOString() });
      return { folder, results: log.results, unwritten: log.failure };
    } finally {
      log.close();
    }
  } finally {
    progress.end();
    // What was measured is told all the same.
    await sites.close().catch((error: unknown) => {
      stream.write(`The cluster could not be stopped: ${error instanceof Error ? error.message : error}\n`);
    });
  }
}

function planFor({ claims, instances, minutes }: BenchOptions, cluster: Cluster): PlanRecord {
  const scope = { strategies: cluster.strategies, instances };
  const chosen = BUILT.filter(({ id }) => claims.includes(id));
  return { kind: 'plan', ...makePlan({ claims: chosen, scope, minutes, lacks: lacksOf(cluster) }) };
}

type Running = Omit<Measuring, 'plan' | 'say' | 'isWarm'> & { readonly progress: Progress };

/** What breaks the cluster comes last: instances that have just started are slower for a while, so nothing else is measured after it. */
const isBreaking = ({ protocol }: Measurement) => protocol === 'timeline';

/**
 * The least rounds of everything; then more for claims that are open, those first that need least, for as long as there is time. A failure is
 * recorded and ends that measurement alone.
 */
async function measureAll(plan: PlanRecord, sites: Sites, running: Running): Promise<void> {
  const { log, signal, now, endsAt } = running;
  const rounds = new Rounds(plan, sites, running);
  const open = plan.measurements.filter((measurement) => !isMeasured(log.results, measurement));
  const breaking = open.filter(isBreaking);
  for (const measurement of open.filter((one) => !isBreaking(one))) await rounds.least(measurement);
  const overtime = OVERTIME * 60 * log.results.run.minutes;
  const reserved = breaking.reduce((sum, { seconds }) => sum + seconds, 0);
  const decideUntil = async (until: number, isOf: (more: More) => boolean) => {
    const tried = new Set<string>();
    while (!signal.aborted) {
      const left = (until - now()) / 1000;
      const need = needsOf(log.results).find(
        ({ claim, seconds, next }) => seconds <= left && next.every(isOf) && !tried.has(claim),
      );
      if (!need) return;
      const before = log.results.rounds.length;
      for (const more of need.next) await rounds.more(more, until);
      if (log.results.rounds.length === before) tried.add(need.claim);
    }
  };
  await decideUntil(endsAt + 1000 * (overtime - reserved), ({ measurement }) => !isBreaking(measurement));
  for (const measurement of breaking) await rounds.least(measurement);
  await decideUntil(endsAt + 1000 * overtime, ({ measurement }) => isBreaking(measurement));
}

/** Of claims that are measured and open, those first that need least. */
export function needsOf(results: Results): Need[] {
  return judgeAll(results)
    .flatMap(({ need }) => (need && need.next.length > 0 ? [need] : []))
    .sort((a, b) => (a.minutes ?? Infinity) - (b.minutes ?? Infinity) || a.seconds - b.seconds);
}

/** Has rounds made on a cluster that is mended or replaced where it has to be. */
class Rounds {
  /** Keys of what was measured on this cluster, as it is. */
  readonly #warm = new Set<string>();

  constructor(
    private readonly plan: PlanRecord,
    private readonly sites: Sites,
    private readonly running: Running,
  ) {}

  async least(measurement: Measurement): Promise<void> {
    const { cells, leastSweeps, seconds } = measurement;
    const { log, now, signal } = this.running;
    const endsAt = now() + 1000 * (MOST_TIMES * seconds + GRACE_SECONDS);
    for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt++) {
      if (!(await this.more({ measurement, cells, sweeps: leastSweeps }, endsAt))) continue;
      const lack = lackOf(log.results, measurement);
      this.#note(lack === undefined ? 'measured' : 'failed', measurement, lack ?? '');
      return;
    }
  }

  /** @returns whether it went well */
  async more(more: More, endsAt: number): Promise<boolean> {
    const { progress, ...running } = this.running;
    if (running.signal.aborted) return false;
    const { measurement } = more;
    const { key, protocol } = measurement;
    progress.begin(protocol);
    try {
      const site = await inTime(
        this.sites.restored((detail) => this.#replaced(detail)),
        running.signal,
      );
      const [isWarm, before] = [this.#warm.has(key), running.log.results.rounds.length];
      await measure(more, site, { ...running, plan: this.plan, endsAt, isWarm, say: (what) => progress.at(what) });
      if (isBreaking(measurement)) this.#warm.clear();
      else if (running.log.results.rounds.length > before) this.#warm.add(key);
      return true;
    } catch (error) {
      this.#warm.clear();
      if (!running.signal.aborted)
        this.#note('failed', measurement, error instanceof Error ? error.message : `${error}`);
      return false;
    }
  }

  #replaced(detail: string): void {
    this.#warm.clear();
    const at = this.#at();
    this.running.log.append({ kind: 'event', at, name: 'cluster replaced', measurement: null, detail });
  }

  #note(name: 'measured' | 'failed', { key }: Measurement, detail: string): void {
    this.running.log.append({ kind: 'event', at: this.#at(), name, measurement: key, detail });
  }

  #at(): string {
    return new Date(this.running.now()).toISOString();
  }
}

/** What the time was not enough for, or failed too many checks. A run that goes on measures it. */
function lackOf(results: Results, { key, protocol, settings, cells }: Measurement): string | undefined {
  const evidence = evidenceOf(results);
  const measurement = { key, protocol, settings } as CellRef['measurement'];
  return cells.map((factors) => evidence.missing({ measurement, factors })).find((missing) => missing !== undefined);
}

export function isMeasured({ events }: Results, { key }: Measurement): boolean {
  return events.some(({ name, measurement }) => name === 'measured' && measurement === key);
}
