import { dirname } from 'node:path';
import { argumentsOf } from './command-line.js';
import type { Context, Results, Run } from './contract.js';
import { BenchError } from './errors.js';
import { type BenchOptions, parseBenchOptions } from './options.js';
import { contextShape, differencesOf } from './results/likeness.js';
import { recoverResults } from './results/recovery.js';
import { ResultStore, resultsFile } from './results/store.js';
import { carryOut, conclude, plannedExperiments, type RunDependencies, type RunOutcome } from './run.js';

/**
 * Goes on with a run that was interrupted or in which experiments failed. What is measured stays, what is missing is measured
 * as the run's own command says, on the same machine and with the same versions only.
 * @param path the run's folder
 * @throws BenchError RUNS_UNLIKE naming what has changed since.
 */
export async function resumeBench(path: string, dependencies: RunDependencies): Promise<RunOutcome> {
  const { stream, now } = dependencies;
  const folder = dirname(resultsFile(path));
  const say = (line: string) => stream.write(`${line}\n`);
  const earlier = recoverResults(folder, say);
  const options = optionsOf(folder, earlier.run);
  const missing = plannedExperiments(options).filter(({ id }) => !hasExperiment(earlier, id));
  if (missing.length === 0) {
    say(`Nothing is missing in ${folder}.`);
    if (earlier.run.status === 'complete') return { folder, results: earlier };
    return conclude(ResultStore.reopen(folder, earlier), folder, 'complete', now());
  }
  const openStore = (context: Context) => {
    requireAlike(folder, earlier.context, context);
    const run = { ...earlier.run, resumedAt: new Date(now()).toISOString() };
    return ResultStore.reopen(folder, { ...earlier, run });
  };
  return carryOut({ options, folder, missing, openStore }, dependencies);
}

/** @throws BenchError BAD_OPTION where the file's command is none that a run could have written. */
function optionsOf(folder: string, { command }: Run): BenchOptions {
  const args = argumentsOf(command);
  const options = args && parseBenchOptions(args);
  if (options && !('resume' in options)) return options;
  throw new BenchError('BAD_OPTION', `${folder} cannot be resumed: its command is "${command}".`);
}

function hasExperiment({ experiments }: Results, wanted: string): boolean {
  return experiments.some(({ id, status }) => id === wanted && status !== 'failed');
}

/** @throws BenchError RUNS_UNLIKE: numbers of two machines or versions do not belong into one file. */
export function requireAlike(folder: string, before: Context, now: Context): void {
  const changes = differencesOf(contextShape(before), contextShape(now)).map(
    ({ name, before, after }) => `${name} was ${before ?? 'none'} and is ${after ?? 'none'}`,
  );
  if (changes.length === 0) return;
  throw new BenchError('RUNS_UNLIKE', `${folder} cannot be resumed: ${changes.join(', ')}.`);
}
