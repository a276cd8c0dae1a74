import { dirname } from 'node:path';
import { judgeAll } from './claims/judge.js';
import { needsOf } from './claims/needs.js';
import { argumentsOf } from './command-line.js';
import { takeContext } from './context.js';
import type { ContextRecord, Results, RunRecord } from './contract.js';
import { BenchError } from './errors.js';
import { isMeasured } from './measure-all.js';
import { type BenchOptions, parseBenchOptions } from './options.js';
import { contextShape, differencesOf } from './results/likeness.js';
import { ResultLog, readResults, resultsFile } from './results/log.js';
import { carryOut, type RunDependencies, type RunOutcome } from './run.js';

/**
 * Goes on with a run that was interrupted, in which measurements failed or that left claims open, for as many minutes again: what is
 * measured stays, what is missing is measured as the run's own command says, on the same machine and with the same versions only.
 * @param path the run's folder
 * @throws BenchError RUNS_UNLIKE naming what has changed since.
 */
export async function resumeBench(path: string, dependencies: RunDependencies): Promise<RunOutcome> {
  const { stream, now } = dependencies;
  const say = (line: string) => stream.write(`${line}\n`);
  const earlier = readResults(path, say);
  const folder = dirname(resultsFile(path));
  const options = optionsOf(folder, earlier.run);
  const at = () => new Date(now()).toISOString();
  const isAllMeasured = earlier.plan?.measurements.every((measurement) => isMeasured(earlier, measurement));
  if (isAllMeasured && needsOf(judgeAll(earlier)).length === 0) {
    say(`Nothing is missing in ${folder}.`);
    return { folder, results: conclude(folder, at), unwritten: undefined };
  }
  const open: Parameters<typeof carryOut>[0]['open'] = (cluster) => {
    if (earlier.context) requireAlike(folder, earlier.context, takeContext(cluster));
    const log = ResultLog.reopen(folder);
    log.append({ kind: 'event', at: at(), name: 'resumed', measurement: null, detail: '' });
    return { folder, log };
  };
  return carryOut({ options, open }, dependencies);
}

/** A run that has everything but its end gets that. */
function conclude(folder: string, at: () => string): Results {
  const log = ResultLog.reopen(folder);
  try {
    if (log.results.end?.status !== 'complete') log.append({ kind: 'end', status: 'complete', finishedAt: at() });
    return log.results;
  } finally {
    log.close();
  }
}

/** @throws BenchError BAD_OPTION where the file's command is none that a run could have written. */
function optionsOf(folder: string, { command, seed, minutes }: RunRecord): BenchOptions {
  const args = argumentsOf(command);
  const request = args && parseBenchOptions(args);
  if (request?.action === 'run') return { ...request.options, seed, minutes };
  throw new BenchError('BAD_OPTION', `${folder} cannot be resumed: its command is "${command}".`);
}

/** @throws BenchError RUNS_UNLIKE: rounds of two machines or versions do not belong into one file. */
export function requireAlike(folder: string, before: ContextRecord, now: ContextRecord): void {
  const changes = differencesOf(contextShape(before), contextShape(now)).map(
    ({ name, before, after }) => `${name} was ${before ?? 'none'} and is ${after ?? 'none'}`,
  );
  if (changes.length === 0) return;
  throw new BenchError('RUNS_UNLIKE', `${folder} cannot be resumed: ${changes.join(', ')}.`);
}
