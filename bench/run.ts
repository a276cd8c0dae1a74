import { join } from 'node:path';
import { Pool } from 'undici';
import { judgeAll } from './claims/index.js';
import type { Cluster } from './cluster/cluster.js';
import { CLUSTERS } from './cluster/index.js';
import type { readEnvironment } from './config.js';
import { takeContext } from './context.js';
import type { Results } from './contract.js';
import { BenchError } from './errors.js';
import type { Experiment, RunPlan } from './experiments/experiment.js';
import { EXPERIMENTS } from './experiments/index.js';
import type { BenchOptions } from './options.js';
import { createProgress, type Progress } from './progress.js';
import { writeReport } from './results/report-files.js';
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
  const { now, signal, stream, environment } = dependencies;
  const experiments = EXPERIMENTS.filter(({ id }) => options.experiments.includes(id));
  const startedAt = new Date(now()).toISOString();
  const id = startedAt.slice(0, 19).replaceAll(':', '-');
  const folder = options.out ?? join('reports', id);
  requireVacant(folder);
  const seconds = experiments.map((experiment) => experiment.plannedSeconds(options.plan));
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
    const load = Object.assign({}, ...experiments.map((experiment) => prefixed(experiment, plan)));
    const run = { id, startedAt, command: dependencies.command, seed: plan.seed, profile: plan.profile };
    const store = ResultStore.create(folder, run, takeContext(cluster, load));
    for (const experiment of experiments) {
      progress.begin(experiment.id, experiment.plannedSeconds(plan));
      await measure(experiment, { plan, cluster, pool, store, progress, signal });
      if (signal.aborted) break;
    }
    const status = signal.aborted ? 'interrupted' : 'complete';
    store.finish(status, new Date(now()).toISOString(), judgeAll(store.results.experiments));
    writeReport(folder, store.results);
    return { folder, results: store.results };
  } finally {
    progress.end();
    await pool?.destroy();
    await cluster?.stop();
  }
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
  store.begin({ id, question });
  const cells = experiment.run({
    cluster,
    pool,
    plan,
    signal,
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
