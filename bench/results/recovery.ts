import { copyFileSync, readFileSync, statSync } from 'node:fs';
import { judgeAll } from '../claims/index.js';
import type { Results } from '../contract.js';
import { BenchError } from '../errors.js';
import { FIRST_LINE, readWholeRecords } from './format.js';
import { readResults, resultsFile, writeResults } from './store.js';

/**
 * Reads a results file. One of ours that was cut off is repaired: what is whole of it stays, judged anew, and a copy of the
 * cut file stands beside it.
 * @param path a run's folder, or its results file
 * @param say takes one line for people, about a repair
 * @throws BenchError RESULTS_UNREADABLE naming the file and what is wrong with it.
 */
export function recoverResults(path: string, say: (line: string) => void): Results {
  const file = resultsFile(path);
  try {
    return readResults(file);
  } catch (error) {
    const isJson = !(error instanceof BenchError && error.cause instanceof SyntaxError);
    if (isJson || !isOurs(readFileSync(file, 'utf8'))) throw error;
    return repair(file, say);
  }
}

function isOurs(text: string): boolean {
  return text.startsWith(FIRST_LINE) || FIRST_LINE.startsWith(text);
}

function repair(file: string, say: (line: string) => void): Results {
  const left = readWholeRecords(readFileSync(file, 'utf8'));
  if (left === undefined) {
    throw new BenchError('RESULTS_UNREADABLE', `${file} was cut off in its head: nothing whole is left of it.`);
  }
  const results = { ...left, claims: judgeAll(left.experiments) };
  const copy = `${file}.cut-at-${statSync(file).size}`;
  copyFileSync(file, copy);
  writeResults(file, results);
  const cells = results.experiments.reduce((sum, experiment) => sum + experiment.cells.length, 0);
  say(`${file} was cut off. What is whole was kept (cells: ${cells}); the cut file is ${copy}.`);
  return results;
}
