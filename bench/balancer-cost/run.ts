import { delimiter } from 'node:path';
import { takeContext } from '../context.js';
import type { Cell } from '../contract.js';
import { BenchError } from '../errors.js';
import { createProgress, type Progress } from '../progress.js';
import { writeReport } from '../report-files.js';
import { ResultStore, requireVacant } from '../results/store.js';
import type { RunDependencies } from '../run.js';
import { createRandom } from '../stats/prng.js';
import { toCells } from './cells.js';
import type { CostOptions } from './options.js';
import { PROXIES } from './proxies.js';
import { Rig } from './rig.js';
import { measureRounds, secondsFor } from './rounds.js';
import type { Skipped } from './table.js';

const ID = 'balancer-cost';
const QUESTION = 'What does a proxied request cost, against HAProxy, nginx and the library http-proxy?';
const START_SECONDS = 3;

/** Where packages of servers put their programs; the PATH of an ordinary user often leaves them out. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

export interface CostOutcome {
  readonly cells: readonly Cell[];
  readonly skipped: readonly Skipped[];
  /** Why the measurement ended early. */
  readonly failure: string | undefined;
}

/**
 * One whole comparison. Whatever happens, nothing is left running, and what was measured until then is in the outcome and in
 * the folder that the options name.
 * @throws BenchError where nothing could be measured at all.
 */
export async function runBalancerCost(options: CostOptions, dependencies: RunDependencies): Promise<CostOutcome> {
  const { stream, now, signal } = dependencies;
  const PATH = [dependencies.environment.PATH, ...SERVER_FOLDERS].join(delimiter);
  const environment = { ...dependencies.environment, PATH };
  if (options.out !== undefined) requireVacant(options.out);
  const { names, skipped } = findProxies(options.proxies, PATH);
  const seconds = secondsFor(options.sizes, names.length);
  const progress = createProgress({ stream, totalSeconds: START_SECONDS + seconds, now });
  const startedAt = new Date(now()).toISOString();
  let rig: Rig | undefined;
  try {
    progress.begin('starting upstreams and proxies', START_SECONDS);
    progress.at(0, names.join(', '));
    rig = await Rig.start(names, environment);
    if (signal.aborted) throw new BenchError('INTERRUPTED', 'Interrupted.');
    const store = options.out === undefined ? undefined : openStore(options.out, options, dependencies, rig, startedAt);
    progress.begin(ID, seconds);
    const { cells, failure } = await measure(rig, options, progress, signal, store);
    if (options.out !== undefined && store) {
      const without = skipped.map(({ proxy, reason }) => `without ${proxy}: ${reason}`).join('; ');
      store.end(failure === undefined ? 'measured' : 'failed', (failure ?? without) || undefined);
      store.finish(signal.aborted ? 'interrupted' : 'complete', new Date(now()).toISOString(), []);
      writeReport(options.out, store.results);
    }
    return { cells, skipped, failure };
  } finally {
    progress.end();
    await rig?.stop();
  }
}

/** @throws BenchError BAD_OPTION where none of them can run. */
export function findProxies(wanted: readonly string[], path: string): { names: string[]; skipped: Skipped[] } {
  const judged = wanted.map((proxy) => ({ proxy, reason: PROXIES[proxy]?.missing(path) }));
  const names = judged.filter(({ reason }) => reason === undefined).map(({ proxy }) => proxy);
  const skipped = judged.flatMap(({ proxy, reason }) => (reason === undefined ? [] : [{ proxy, reason }]));
  if (names.length > 0) return { names, skipped };
  const reasons = skipped.map(({ proxy, reason }) => `${proxy} ${reason}`).join('; ');
  throw new BenchError('BAD_OPTION', `--proxies: nothing can be measured: ${reasons}.`);
}

/** A failure keeps what was measured before it. */
async function measure(
  rig: Rig,
  { sizes, seed }: CostOptions,
  progress: Progress,
  signal: AbortSignal,
  store: ResultStore | undefined,
): Promise<Pick<CostOutcome, 'cells' | 'failure'>> {
  const random = (label: string) => createRandom(seed, `${ID}/${label}`);
  const report = (fraction: number, what: string) => progress.at(fraction, what);
  let cells: Cell[] = [];
  try {
    for await (const lanes of measureRounds(rig, sizes, { random: random('order'), signal, progress: report })) {
      cells = toCells(lanes, random);
      store?.replaceCells(cells);
    }
    return { cells, failure: undefined };
  } catch (error) {
    if (signal.aborted) return { cells, failure: 'interrupted' };
    return { cells, failure: error instanceof Error ? error.message : `${error}` };
  }
}

function openStore(
  folder: string,
  { seed, profile, sizes }: CostOptions,
  { command }: RunDependencies,
  rig: Rig,
  startedAt: string,
): ResultStore {
  const run = { id: `${ID}-${startedAt.slice(0, 19).replaceAll(':', '-')}`, startedAt, command, seed, profile };
  const load = Object.entries(sizes).map(([key, value]) => [
    `${ID}.${key}`,
    Array.isArray(value) ? value.join() : value,
  ]);
  const context = takeContext(
    {
      description: {
        node: process.versions.node,
        settings: {},
        cluster: 'two upstreams and the proxies, processes of this machine',
        redis: 'not used',
        postgres: 'not used',
      },
      cpuQuota: { tried: '' },
    },
    Object.fromEntries(load),
  );
  const versions = [...rig.proxies].flatMap(([name, { version }]) => (version === undefined ? [] : [[name, version]]));
  const store = ResultStore.create(folder, run, {
    ...context,
    versions: { ...context.versions, ...Object.fromEntries(versions) },
  });
  store.begin({ id: ID, question: QUESTION });
  return store;
}
