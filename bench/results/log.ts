import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  rmdirSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ResultRecord, Results, RunRecord } from '../contract.js';
import { BenchError } from '../errors.js';
import { Appender } from './appender.js';
import { Collection } from './collection.js';
import { lock } from './lock.js';
import { RESULTS_FILE, readRecords, resultsFile, VERSION_1_FILE } from './reading.js';
import { faultOf, formatRecord } from './record.js';

export { readResults, resultsFile } from './reading.js';

/**
 * The result file of a run that goes on: appended to, record by record, and never rewritten. A run that is cut off, in whatever
 * way, keeps what it measured. One process at a time has it open.
 */
export class ResultLog {
  private constructor(
    private readonly appender: Appender,
    private readonly collection: Collection,
    private readonly unlock: () => void,
  ) {}

  /** @throws BenchError RESULTS_EXIST where the folder holds the results of another run. */
  static create(folder: string, run: RunRecord): ResultLog {
    requireFit(run);
    requireVacant(folder);
    makeFolder(resolve(folder));
    const file = join(resolve(folder), RESULTS_FILE);
    return locked(file, (unlock) => {
      const appender = new Appender(openNew(file));
      appender.append(formatRecord(run));
      return new ResultLog(appender, new Collection(run), unlock);
    });
  }

  /**
   * Goes on with the results that the folder holds. A last line that was cut off is removed; a copy of the cut file stands beside it.
   * @throws BenchError RESULTS_UNREADABLE, or RESULTS_EXIST where another process writes them
   */
  static reopen(folder: string): ResultLog {
    readRecords(folder);
    const file = resolve(resultsFile(folder));
    return locked(file, (unlock) => {
      // Read once more: whoever had it open until now may have written since.
      const { collection, wholeBytes, totalBytes, lacksBreak } = readRecords(folder);
      if (wholeBytes < totalBytes) {
        copyFileSync(file, `${file}.cut-at-${totalBytes}`);
        truncateSync(file, wholeBytes);
      }
      const appender = new Appender(openSync(file, 'a'));
      if (lacksBreak) appender.append('\n');
      return new ResultLog(appender, collection, unlock);
    });
  }

  /** All that was appended, also what is not in the file yet. Grows. */
  get results(): Results {
    return this.collection.results;
  }

  /** Why some records are not in the file, such as a full disk; undefined where all are. They are tried again with the next. */
  get failure(): string | undefined {
    return this.appender.failure;
  }

  /**
   * Never throws because of the disk: see `failure`.
   * @throws TypeError naming what does not fit the schema; nothing is written then
   */
  append(record: ResultRecord): void {
    requireFit(record);
    if (record.kind === 'run') throw new TypeError('a file has one "run", and it is its first record');
    this.collection.add(record);
    this.appender.append(formatRecord(record));
  }

  close(): void {
    this.appender.close();
    this.unlock();
  }
}

/** @throws BenchError RESULTS_EXIST where the folder holds the results of another run, of whatever version. */
export function requireVacant(folder: string): void {
  const found = [RESULTS_FILE, VERSION_1_FILE].map((name) => join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) throw occupied(found);
}

/**
 * Makes the folder and takes it away again: permissions alone do not tell whether it can be made.
 * @throws BenchError BAD_OPTION where results cannot go there
 */
export function requireFolder(folder: string): void {
  try {
    for (const made of makeFolder(resolve(folder)).reverse()) rmdirSync(made);
    if (existsSync(folder)) accessSync(folder, constants.W_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new BenchError('BAD_OPTION', `--out: ${folder} cannot be written: ${why}.`, { cause });
  }
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new BenchError('BAD_OPTION', `--out: ${folder} is not a folder.`);
  }
}

function occupied(file: string): BenchError {
  const message = `${file} exists: give another folder with --out, or complete it with --resume. Nothing was overwritten.`;
  return new BenchError('RESULTS_EXIST', message);
}

function openNew(file: string): number {
  try {
    return openSync(file, 'ax');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? occupied(file) : error;
  }
}

/** The lock stays only where opening succeeds. */
function locked(file: string, open: (unlock: () => void) => ResultLog): ResultLog {
  const unlock = lock(file);
  try {
    return open(unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function requireFit(record: ResultRecord): void {
  const fault = faultOf(record);
  if (fault !== undefined) throw new TypeError(`a record that does not fit the schema: ${fault}`);
}

/**
 * Tells what it has made, the outermost first. Level by level: where a folder cannot be made in one that is there (/proc), Node.js's `recursive` goes on for ever.
 */
function makeFolder(folder: string): string[] {
  if (existsSync(folder)) return [];
  const made = makeFolder(dirname(folder));
  mkdirSync(folder);
  return [...made, folder];
}
