import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cell,
  type ClaimResult,
  type Context,
  type ExperimentResult,
  type Results,
  type Run,
  SCHEMA_ID,
} from '../contract.js';
import { BenchError } from '../errors.js';
import { describeInvalid, formatResults } from './format.js';

export const RESULTS_FILE = 'results.json';

/**
 * The result file of a run that goes on. It is whole and valid after every call, and says `interrupted` until `complete`:
 * a run that is cut off, in whatever way, keeps what it measured.
 */
export class ResultStore {
  readonly #file: string;
  readonly #results: Results;
  #current: ExperimentResult | undefined;

  private constructor(folder: string, results: Results) {
    this.#file = join(folder, RESULTS_FILE);
    this.#results = results;
    this.#write();
  }

  /** @throws BenchError RESULTS_EXIST where the folder holds the results of another run. */
  static create(folder: string, run: Omit<Run, 'status' | 'finishedAt'>, context: Context): ResultStore {
    requireVacant(folder);
    mkdirSync(folder, { recursive: true });
    return new ResultStore(folder, {
      schema: SCHEMA_ID,
      run: { ...run, status: 'interrupted', finishedAt: null },
      context,
      experiments: [],
      claims: [],
    });
  }

  /** Goes on with the results that the folder holds. Its claims are void until it is finished again. */
  static reopen(folder: string, earlier: Results): ResultStore {
    const { run, ...others } = structuredClone(earlier);
    return new ResultStore(folder, { ...others, run: { ...run, status: 'interrupted', finishedAt: null }, claims: [] });
  }

  get results(): Results {
    return this.#results;
  }

  /**
   * @param keepCells of when it was begun before
   * @returns the cells that were kept
   */
  begin({ id, question }: Pick<ExperimentResult, 'id' | 'question'>, keepCells = false): readonly Cell[] {
    const { experiments } = this.#results;
    const at = experiments.findIndex((experiment) => experiment.id === id);
    const kept = (keepCells && experiments[at]?.cells) || [];
    this.#current = { id, question, status: 'failed', reason: 'interrupted', cells: [...kept] };
    experiments.splice(at === -1 ? experiments.length : at, 1, this.#current);
    this.#write();
    return kept;
  }

  /** Adds to the experiment that was begun last. */
  addCell(cell: Cell): void {
    this.#begun().cells.push(cell);
    this.#write();
  }

  /** In place of those so far: where rounds are interleaved, every cell gains one with each. */
  replaceCells(cells: readonly Cell[]): void {
    this.#begun().cells = [...cells];
    this.#write();
  }

  end(status: ExperimentResult['status'], reason?: string): void {
    const experiment = this.#begun();
    experiment.status = status;
    if (reason === undefined) delete experiment.reason;
    else experiment.reason = reason;
    this.#write();
  }

  /** @param finishedAt ISO 8601 */
  finish(status: Run['status'], finishedAt: string, claims: readonly ClaimResult[]): void {
    this.#results.claims = [...claims];
    this.#results.run = { ...this.#results.run, status, finishedAt };
    this.#write();
  }

  #begun(): ExperimentResult {
    if (!this.#current) throw new TypeError('begin() comes first');
    return this.#current;
  }

  #write(): void {
    writeResults(this.#file, this.#results);
  }
}

/** Writes the file anew; a reader finds it as it was or as it is to be. */
export function writeResults(file: string, results: Results): void {
  const invalid = describeInvalid(results);
  if (invalid) throw new TypeError(`a result that does not fit the schema: ${invalid}`);
  const draft = `${file}.tmp`;
  writeFileSync(draft, formatResults(results));
  renameSync(draft, file);
}

/**
 * @returns the path of the results file to be
 * @throws BenchError RESULTS_EXIST where the folder holds the results of another run.
 */
export function requireVacant(folder: string): string {
  const file = join(folder, RESULTS_FILE);
  if (!existsSync(file)) return file;
  const message = `${file} exists: give another folder with --out, or complete it with --resume. Nothing was overwritten.`;
  throw new BenchError('RESULTS_EXIST', message);
}

/**
 * @param path a run's folder, or its results file
 * @throws BenchError RESULTS_UNREADABLE naming the file and what is wrong with it.
 */
export function readResults(path: string): Results {
  const file = resultsFile(path);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is not JSON (${cause.message})` : 'cannot be read';
    throw new BenchError('RESULTS_UNREADABLE', `${file} ${why}.`, { cause });
  }
  const schema = (parsed as { schema?: unknown } | null)?.schema;
  if (schema !== SCHEMA_ID) {
    throw new BenchError('RESULTS_UNREADABLE', `${file}: schema is ${JSON.stringify(schema)}, not "${SCHEMA_ID}".`);
  }
  const invalid = describeInvalid(parsed);
  if (invalid) throw new BenchError('RESULTS_UNREADABLE', `${file} does not fit ${SCHEMA_ID}: ${invalid}.`);
  return parsed as Results;
}

/** @param path a run's folder, or its results file */
export function resultsFile(path: string): string {
  return existsSync(path) && statSync(path).isDirectory() ? join(path, RESULTS_FILE) : path;
}
