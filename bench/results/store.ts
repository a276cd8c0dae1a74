import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import {
  type Cell,
  type ClaimResult,
  type Context,
  type ExperimentResult,
  Results,
  type Run,
  SCHEMA_ID,
} from '../contract.js';
import { BenchError } from '../errors.js';

export const RESULTS_FILE = 'results.json';

const validator = Compile(Results);

/**
 * The result file of a run that goes on. It is whole and valid after every call, and says `interrupted` until `complete`:
 * a run that is cut off, in whatever way, keeps what it measured.
 */
export class ResultStore {
  readonly #file: string;
  readonly #results: Results;

  /** @throws BenchError RESULTS_EXIST where the folder holds the results of another run. */
  constructor(folder: string, run: Omit<Run, 'status' | 'finishedAt'>, context: Context) {
    this.#file = join(folder, RESULTS_FILE);
    if (existsSync(this.#file)) {
      throw new BenchError(
        'RESULTS_EXIST',
        `${this.#file} exists: give another folder with --out. Nothing was overwritten.`,
      );
    }
    mkdirSync(folder, { recursive: true });
    this.#results = {
      schema: SCHEMA_ID,
      run: { ...run, status: 'interrupted', finishedAt: null },
      context,
      experiments: [],
      claims: [],
    };
    this.#write();
  }

  get results(): Results {
    return this.#results;
  }

  begin(experiment: Pick<ExperimentResult, 'id' | 'question'>): void {
    this.#results.experiments.push({ ...experiment, status: 'failed', reason: 'interrupted', cells: [] });
    this.#write();
  }

  /** Adds to the experiment that was begun last. */
  addCell(cell: Cell): void {
    this.#last().cells.push(cell);
    this.#write();
  }

  end(status: ExperimentResult['status'], reason?: string): void {
    const experiment = this.#last();
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

  #last(): ExperimentResult {
    const experiment = this.#results.experiments.at(-1);
    if (!experiment) throw new TypeError('begin() comes first');
    return experiment;
  }

  #write(): void {
    const invalid = describeInvalid(this.#results);
    if (invalid) throw new TypeError(`a result that does not fit the schema: ${invalid}`);
    const draft = `${this.#file}.tmp`;
    writeFileSync(draft, `${JSON.stringify(this.#results, null, 1)}\n`);
    renameSync(draft, this.#file);
  }
}

/**
 * @returns the path of the results file to be
 * @throws BenchError RESULTS_EXIST where the folder holds the results of another run.
 */
export function requireVacant(folder: string): string {
  const file = join(folder, RESULTS_FILE);
  if (!existsSync(file)) return file;
  throw new BenchError('RESULTS_EXIST', `${file} exists: give another folder with --out. Nothing was overwritten.`);
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

function describeInvalid(value: unknown): string | undefined {
  if (validator.Check(value)) return undefined;
  const [error] = validator.Errors(value);
  return `${error?.instancePath || '/'} ${error?.message ?? 'is not valid'}`;
}
