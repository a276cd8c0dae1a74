import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS_SCHEMA, type ResultRecord, type Results } from '../contract.js';
import { BenchError } from '../errors.js';
import { Collection } from './collection.js';
import { parseRecord } from './record.js';

export const RESULTS_FILE = 'results.jsonl';

/** What version 1 wrote into a run's folder, and how it begins. */
export const VERSION_1_FILE = 'results.json';
const VERSION_1_SCHEMA = 'authscale/results/1';
const VERSION_1_HEAD = new RegExp(`^\\s*\\{\\s*"schema"\\s*:\\s*"${VERSION_1_SCHEMA}"`);

/** How every file of ours begins: what is left of a first line that was cut off tells whose it is. */
const HEAD = '{"kind":"run"';

const NEWLINE = 0x0a;

/**
 * Reads a results file. A last line that was cut off is left out.
 * @param path a run's folder, or its results file
 * @param say takes one line for people, where a line is left out
 * @throws BenchError RESULTS_UNREADABLE naming the file and what is wrong with it.
 */
export function readResults(path: string, say: (line: string) => void): Results {
  const { file, collection, cutLine } = readRecords(path);
  const { results } = collection;
  if (cutLine !== undefined) {
    say(`${file} was cut off in line ${cutLine}, which is left out. Rounds that were kept: ${results.rounds.length}.`);
  }
  return results;
}

/** @param path a run's folder, or its results file */
export function resultsFile(path: string): string {
  return isFolder(path) ? join(path, RESULTS_FILE) : path;
}

export interface ReadRecords {
  readonly file: string;
  readonly collection: Collection;
  /** Number of the last line where it was cut off, from 1. */
  readonly cutLine: number | undefined;
  /** Bytes of the whole records. */
  readonly wholeBytes: number;
  readonly totalBytes: number;
  /** Whether only the line break of the last record is missing. */
  readonly lacksBreak: boolean;
}

/** @throws BenchError RESULTS_UNREADABLE */
export function readRecords(path: string): ReadRecords {
  const file = resultsFile(path);
  const bytes = readBytes(path, file);
  requireOurs(file, bytes);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const rest = bytes.subarray(end).toString();
  const last = parseRecord(rest);
  // A record is an object, which cannot be whole by accident: of such a line only the break is missing.
  const lacksBreak = 'record' in last || last.isJson;
  const wholeBytes = lacksBreak ? bytes.length : end;
  const lines = bytes.subarray(0, wholeBytes).toString().split('\n');
  if (!lacksBreak) lines.pop();
  const collection = collect(file, lines);
  const cutLine = wholeBytes < bytes.length ? lines.length + 1 : undefined;
  return { file, collection, cutLine, wholeBytes, totalBytes: bytes.length, lacksBreak };
}

function collect(file: string, lines: readonly string[]): Collection {
  const [first, ...others] = lines.map((line, at) => recordAt(file, line, at + 1));
  if (first === undefined) throw unreadable(`${file} was cut off in its first line: nothing whole is left of it.`);
  if (first.kind !== 'run') throw unreadable(`${file}, line 1: kind is "${first.kind}", not "run".`);
  const collection = new Collection(first);
  for (const [at, record] of others.entries()) {
    if (record.kind === 'run') throw unreadable(`${file}, line ${at + 2}: a second "run".`);
    collection.add(record);
  }
  return collection;
}

function recordAt(file: string, line: string, number: number): ResultRecord {
  const parsed = parseRecord(line);
  if ('fault' in parsed) throw unreadable(`${file}, line ${number}: ${parsed.fault}.`);
  return parsed.record;
}

/** Says of a file that this version did not write whose it is. */
function requireOurs(file: string, bytes: Buffer): void {
  const head = bytes.subarray(0, 1000).toString();
  const schema = schemaOf(bytes);
  if (VERSION_1_HEAD.test(head) || schema === VERSION_1_SCHEMA) throw ofVersion1(file);
  if (typeof schema === 'string' && schema !== RESULTS_SCHEMA) {
    throw unreadable(`${file} is of "${schema}": this version reads ${RESULTS_SCHEMA} alone.`);
  }
  if (!head.startsWith(HEAD) && !HEAD.startsWith(head)) {
    throw unreadable(`${file} is no results file (${RESULTS_SCHEMA}): its first line is no record of a run.`);
  }
}

/** What the first line says, or else the whole file, if it is JSON. */
function schemaOf(bytes: Buffer): unknown {
  const firstBreak = bytes.indexOf(NEWLINE);
  for (const text of [bytes.subarray(0, firstBreak === -1 ? bytes.length : firstBreak), bytes]) {
    try {
      return (JSON.parse(text.toString()) as { schema?: unknown } | null)?.schema;
    } catch {}
  }
  return undefined;
}

function readBytes(path: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (isFolder(path) && !existsSync(file)) {
      const older = join(path, VERSION_1_FILE);
      throw existsSync(older) ? ofVersion1(older) : unreadable(`${path} holds no ${RESULTS_FILE}.`);
    }
    const why = cause instanceof Error ? cause.message : cause;
    throw new BenchError('RESULTS_UNREADABLE', `${file} cannot be read: ${why}.`, { cause });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function ofVersion1(file: string): BenchError {
  return unreadable(
    `${file} was written by version 1 (${VERSION_1_SCHEMA}), which this version does not read: it must be measured again.`,
  );
}

function unreadable(message: string): BenchError {
  return new BenchError('RESULTS_UNREADABLE', message);
}
