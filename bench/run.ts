import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { BUILT } from './claims/index.js';
import type { Cluster } from './cluster/cluster.js';
import type { StartCluster } from './cluster/index.js';
import type { readEnvironment } from './config.js';
import { takeContext } from './context.js';
import { type EndRecord, type PlanRecord, RESULTS_SCHEMA, type Results } from './contract.js';
import { inTime } from './in-time.js';
import { lacksOf } from './lacks.js';
import type { Measuring } from './measure.js';
import { measureAll } from './measure-all.js';
import type { BenchOptions } from './options.js';
import { makePlan } from './plan.js';
import { createProgress } from './progress.js';
import { ResultLog, requireFolder, requireVacant } from './results/log.js';
import { Sites } from './sites.js';

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
  requireFolder(folder);
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
