import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Pool } from 'undici';
import { judgeAll } from './claims/index.js';
import type { Cluster } from './cluster/cluster.js';
import { CLUSTERS } from './cluster/index.js';
import type { readEnvironment } from './config.js';
import { takeContext } from './context.js';
import type { Context, Results, Run } from './contract.js';
import { BenchError } from './errors.js';
import type { Experiment, RunPlan } from './experiments/experiment.js';
import { EXPERIMENTS } from './experiments/index.js';
import type { BenchOptions } from './options.js';
import { createProgress, type Progress } from './progress.js';
import { writeReport } from './report-files.js';
import { ResultStore, requireVacant } from './results/store.js';
import { createRandom } from './stats/prng.js';

const CLUSTER_START_SECONDS = 8;

/** At most so many requests of users who act one by one are under way. */
const USER_CONNECTIONS = 16;

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
}

export interface RunOutcome {
  readonly folder: string;
  readonly results: Results;
}

/**
 * One whole run: cluster, experiments, verdicts, report. Whatever happens, nothing is left running.
 * @throws BenchError where nothing could be measured at all.
 */
export async function runBench(options: BenchOptions, dependencies: RunDependencies): Promise<RunOutcome> {
  const { now, command } = dependencies;
  const startedAt = new Date(now()).toISOString();
  const id = startedAt.slice(0, 19).replaceAll(':', '-');
  const folder = options.out ?? join('reports', id);
  requireVacant(folder);
  const { seed, profile } = options.plan;
  const openStore = (context: Context) =>
    ResultStore.create(folder, { id, startedAt, command, seed, profile }, context);
  return carryOut({ options, folder, missing: plannedExperiments(options), openStore }, dependencies);
}

export function plannedExperiments(options: BenchOptions): Experiment[] {
  return EXPERIMENTS.filter(({ id }) => options.experiments.includes(id));
}

export interface Job {
  readonly options: BenchOptions;
  readonly folder: string;
  /** Those of the planned experiments that are to be measured now. */
  readonly missing: readonly Experiment[];
  /** Called when measuring can start. */
  openStore(context: Context): ResultStore;
}

/** Measures what is missing, on a cluster of its own, and concludes the run. */
export async function carryOut({ options, folder, missing, openStore }: Job, dependencies: RunDependencies) {
  const { now, signal, stream, environment } = dependencies;
  const seconds = missing.map((experiment) => experiment.plannedSeconds(options.plan));
  const totalSeconds = seconds.reduce((sum, more) => sum + more, CLUSTER_START_SECONDS);
  const progress = createProgress({ stream, totalSeconds, now });
  let cluster: Cluster | undefined;
  let pool: Pool | undefined;
  try {
    progress.begin(`starting the cluster (${options.cluster})`, CLUSTER_START_SECONDS);
    progress.at(0, '');
    const { strategies, instances } = options.plan;
    const starting = CLUSTERS[options.cluster]({ strategies, instances: instances[0] ?? 1, environment });
    cluster = await orAborted(starting, signal);
    pool = new Pool(cluster.url, { connections: USER_CONNECTIONS });
    const plan = { ...options.plan, strategies: cluster.strategies };
    const load = Object.assign({}, ...plannedExperiments(options).map((experiment) => prefixed(experiment, plan)));
    const store = openStore(takeContext(cluster, load));
    for (const experiment of missing) {
      progress.begin(experiment.id, experiment.plannedSeconds(plan));
      await measure(experiment, { plan, cluster, pool, store, progress, signal });
      if (signal.aborted) break;
    }
    return conclude(store, folder, signal.aborted ? 'interrupted' : 'complete', now());
  } finally {
    progress.end();
    await pool?.destroy();
    await cluster?.stop();
  }
}

/** Judges what was measured and writes the report. */
export function conclude(store: ResultStore, folder: string, status: Run['status'], finishedAtMs: number): RunOutcome {
  store.finish(status, new Date(finishedAtMs).toISOString(), judgeAll(store.results.experiments));
  writeReport(folder, store.results);
  return { folder, results: store.results };
}

interface Measuring {
  readonly plan: RunPlan;
  readonly cluster: Cluster;
  readonly pool: Pool;
  readonly store: ResultStore;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A failure ends this experiment alone, and is recorded. */
async function measure(
  experiment: Experiment,
  { plan, cluster, pool, store, progress, signal }: Measuring,
): Promise<void> {
  const { id, question } = experiment;
  const kept = store.begin({ id, question }, experiment.resumesByCell);
  const cells = experiment.run({
    cluster,
    pool,
    plan,
    signal,
    has: (factors) => kept.some((cell) => isDeepStrictEqual(cell.factors, factors)),
    random: (label) => createRandom(plan.seed, `${id}/${label}`),
    progress: (fraction, what) => progress.at(fraction, what),
  });
  try {
    for (let next = await orAborted(cells.next(), signal); !next.done; next = await orAborted(cells.next(), signal)) {
      store.addCell(next.value);
    }
    const without = cluster.skipped.map(({ strategy, reason }) => `without ${strategy}: ${reason}`);
    store.end('measured', without.length > 0 ? without.join('; ') : undefined);
  } catch (error) {
    store.end('failed', signal.aborted ? 'interrupted' : error instanceof Error ? error.message : `${error}`);
  }
}

function prefixed(experiment: Experiment, plan: RunPlan): Record<string, number> {
  return Object.fromEntries(
    Object.entries(experiment.load(plan)).map(([key, value]) => [`${experiment.id}.${key}`, value]),
  );
}

/** @throws BenchError INTERRUPTED as soon as the signal is aborted. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // After an abort nobody waits for its failure.
  work.catch(() => {});
  const interrupted = new BenchError('INTERRUPTED', 'Interrupted.');
  if (signal.aborted) throw interrupted;
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(interrupted);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
