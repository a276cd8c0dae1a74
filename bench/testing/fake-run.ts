import { join } from 'node:path';
import type { Test } from 'tap';
import { judgeAll } from '../claims/judge.js';
import type { StartCluster } from '../cluster/index.js';
import { formatCommand } from '../command-line.js';
import type { Results } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { type BenchOptions, parseBenchOptions } from '../options.js';
import { readResults } from '../results/log.js';
import { resumeBench } from '../resume.js';
import { type RunDependencies, type RunOutcome, runBench } from '../run.js';
import { FakeCluster, type FakeClusterOptions } from './fake-cluster.js';

const ARGS = ['--claims', 'mismatch,relogin-storm', '--instances', '2', '--strategies', 'memory,jwt', '--seed', '7'];
/** The clock of a run goes on by so much whenever it is read: how fast this machine is changes nothing. */
const TICK_MS = 1_000;

export interface Run {
  readonly folder: string;
  readonly clusters: FakeCluster[];
  readonly outcome: Promise<RunOutcome>;
  readonly results: Promise<Results>;
  readonly controller: AbortController;
  /** Told to people, but for progress. */
  readonly said: string[];
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly folder?: string;
  /** Goes on with the folder's run. */
  readonly resume?: boolean;
  /** By the number of the cluster, from 0. */
  readonly cluster?: (number: number) => FakeClusterOptions;
  readonly standstillMs?: number;
  readonly controller?: AbortController;
}

export function start(
  t: Test,
  { args = ARGS, cluster, resume, standstillMs = 20_000, ...given }: RunOptions = {},
): Run {
  const folder = given.folder ?? join(t.testdir(), 'run');
  const { controller = new AbortController() } = given;
  const clusters: FakeCluster[] = [];
  const minutes = args.includes('--minutes') ? [] : ['--minutes', '0.5'];
  const all = [...args, ...minutes, '--out', folder];
  const said: string[] = [];
  let started = 0;
  let ms = Date.now();
  const startCluster: StartCluster = async ({ strategies, instances }) => {
    const how = cluster?.(started++);
    const fake = await FakeCluster.start({ strategies, instances, ...how });
    clusters.push(fake);
    return fake;
  };
  const dependencies: RunDependencies = {
    environment: { PATH: '', all: {} },
    command: formatCommand(all),
    stream: { write: (text: string) => text.includes('%') || said.push(text) } as unknown as NodeJS.WriteStream,
    now() {
      ms += TICK_MS;
      return ms;
    },
    signal: controller.signal,
    startCluster,
    standstillMs: () => standstillMs,
  };
  const request = parseBenchOptions(all);
  const options = (request?.action === 'run' ? request.options : undefined) as BenchOptions;
  const outcome = resume ? resumeBench(folder, dependencies) : runBench(options, dependencies);
  t.teardown(() => Promise.all(clusters.map((one) => one.end())));
  return { folder, clusters, outcome, results: outcome.then(({ results }) => results), controller, said };
}

/** What happened, without the measurements that went well. */
export const mishaps = ({ events }: Results) => events.filter(({ name }) => name !== 'measured');
export const measured = ({ events }: Results) => events.filter(({ name }) => name === 'measured').length;
export const verdicts = (results: Results) =>
  Object.fromEntries(
    judgeAll(results)
      .filter(({ id }) => results.plan?.claims.includes(id))
      .map(({ id, verdict }) => [id, verdict]),
  );

/** Whatever has happened: the file holds all, each round once, and no cluster is left running. */
export function isWhole(t: Test, { folder, clusters }: Run, results: Results, status = 'complete'): void {
  t.match(results.end, { status });
  t.same(readResults(folder, t.fail), results, 'all is in the file');
  const rounds = results.rounds.map(({ measurement, factors, sweep }) => `${measurement}/${keyOf(factors)}/${sweep}`);
  t.equal(new Set(rounds).size, rounds.length, 'each round once');
  t.ok(
    clusters.every(({ isStopped }) => isStopped),
    'every cluster is stopped',
  );
}
