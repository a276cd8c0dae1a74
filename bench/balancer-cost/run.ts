import { delimiter } from 'node:path';
import type { readEnvironment } from '../config.js';
import { BenchError } from '../errors.js';
import { createProgress, type Progress } from '../progress.js';
import { createRandom } from '../stats/prng.js';
import { type Cell, toCells } from './cells.js';
import type { CostOptions } from './options.js';
import { PROXIES } from './proxies.js';
import { Rig } from './rig.js';
import { measureRounds, secondsFor } from './rounds.js';
import type { Skipped } from './table.js';

const ID = 'balancer-cost';
const START_SECONDS = 3;

/** Where packages of servers put their programs; the PATH of an ordinary user often leaves them out. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

export interface CostDependencies {
  readonly environment: ReturnType<typeof readEnvironment>;
  /** Where progress goes. */
  readonly stream: NodeJS.WriteStream;
  /** ms since 1970 */
  readonly now: () => number;
  /** Aborted when the comparison is to end now; what was measured so far is kept. */
  readonly signal: AbortSignal;
}

export interface CostOutcome {
  readonly cells: readonly Cell[];
  readonly skipped: readonly Skipped[];
  /** Why the measurement ended early. */
  readonly failure: string | undefined;
}

/**
 * One whole comparison. Whatever happens, nothing is left running, and what was measured until then is in the outcome.
 * @throws BenchError where nothing could be measured at all.
 */
export async function runBalancerCost(options: CostOptions, dependencies: CostDependencies): Promise<CostOutcome> {
  const { stream, now, signal } = dependencies;
  const PATH = [dependencies.environment.PATH, ...SERVER_FOLDERS].join(delimiter);
  const environment = { ...dependencies.environment, PATH };
  const { names, skipped } = findProxies(options.proxies, PATH);
  const seconds = secondsFor(options.sizes, names.length);
  const progress = createProgress({ stream, totalSeconds: START_SECONDS + seconds, now });
  let rig: Rig | undefined;
  try {
    progress.begin('starting upstreams and proxies');
    progress.at(names.join(', '));
    rig = await Rig.start(names, environment);
    if (signal.aborted) throw new BenchError('INTERRUPTED', 'Interrupted.');
    progress.begin(ID);
    const { cells, failure } = await measure(rig, options, progress, signal);
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
): Promise<Pick<CostOutcome, 'cells' | 'failure'>> {
  const random = (label: string) => createRandom(seed, `${ID}/${label}`);
  let cells: Cell[] = [];
  try {
    for await (const lanes of measureRounds(rig, sizes, {
      random: random('order'),
      signal,
      say: (what) => progress.at(what),
    })) {
      cells = toCells(lanes, random);
    }
    return { cells, failure: undefined };
  } catch (error) {
    if (signal.aborted) return { cells, failure: 'interrupted' };
    return { cells, failure: error instanceof Error ? error.message : `${error}` };
  }
}
