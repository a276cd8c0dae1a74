import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { ResultRecord, Results } from '../contract.js';
import { BenchError } from '../errors.js';
import { readResults, resultsFile } from './reading.js';
import { formatRecord } from './record.js';
import { end, event, records, round, run } from './small-run.fixture.js';

const lines = records.map(formatRecord);
const whole = lines.join('');
const file = Buffer.from(whole);

function recordsOf({ run, context, plan, calibrations, rounds, events, end }: Results): ResultRecord[] {
  return [run, context, plan, ...calibrations, ...rounds, ...events, end].filter((record) => record !== null);
}

function write(path: string, ...all: ResultRecord[]): string {
  writeFileSync(path, all.map(formatRecord).join(''));
  return path;
}

t.test('a folder or its file is read, record by record', async (t) => {
  const folder = t.testdir({ 'results.jsonl': whole });
  t.equal(resultsFile(folder), join(folder, 'results.jsonl'));
  t.equal(resultsFile(join(folder, 'results.jsonl')), join(folder, 'results.jsonl'));
  const results = readResults(folder, () => t.fail());
  t.same(results, readResults(join(folder, 'results.jsonl'), t.fail));
  t.same(results.run, run);
  t.match(results, {
    context: { cores: 2 },
    plan: { instances: [2] },
    calibrations: [{ values: { cores: 0.1 } }],
    end,
  });
  t.same(results.rounds, [round(0), round(1)]);
  t.same(results.events, [event('measured'), event('resumed')]);
});

t.test('a run has ended where nothing was measured after its last end', async (t) => {
  const path = join(t.testdir(), 'results.jsonl');
  const endOf = (...later: ResultRecord[]) => readResults(write(path, run, ...later), t.fail).end;
  const interrupted: ResultRecord = { kind: 'end', status: 'interrupted', finishedAt: run.startedAt };
  t.equal(endOf(), null);
  t.same(endOf(round(0), interrupted), interrupted);
  t.same(endOf(interrupted, event('measured')), interrupted);
  t.equal(endOf(interrupted, event('resumed')), null);
  t.equal(endOf(interrupted, round(0)), null);
  t.same(endOf(interrupted, event('resumed'), round(0), end), end);
});

/** What a reader must have found in so many bytes: counted in another way than the reader does. */
function wholeRecords(bytes: number): number {
  let [count, length] = [0, 0];
  for (const line of lines) {
    length += Buffer.byteLength(line);
    // The break at the end may be missing.
    if (length - 1 <= bytes) count++;
  }
  return count;
}

/** @returns what is wrong with how a file that ends after so many bytes is read */
function faultAt(bytes: number, path: string): string | undefined {
  writeFileSync(path, file.subarray(0, bytes));
  const expected = wholeRecords(bytes);
  const said: string[] = [];
  try {
    const results = readResults(path, (line) => said.push(line));
    const found = recordsOf(results).length + (results.end === null ? Math.min(1, ends(expected)) : ends(expected) - 1);
    if (found !== expected) return `${found} records instead of ${expected}`;
    const isCut = ![wholeBytes(expected), wholeBytes(expected) - 1].includes(bytes);
    return said.length === (isCut ? 1 : 0) ? undefined : `said ${said.length} lines`;
  } catch (error) {
    if (!(error instanceof BenchError) || error.code !== 'RESULTS_UNREADABLE') return `${error}`;
    return expected === 0 && /cut off in its first line/.test(error.message) ? undefined : error.message;
  }
}

/** Ends among the first records, of which only the last is told. */
function ends(count: number): number {
  return records.slice(0, count).filter(({ kind }) => kind === 'end').length;
}

function wholeBytes(count: number): number {
  return Buffer.byteLength(lines.slice(0, count).join(''));
}

t.test('cut at any byte, a file is read up to its last whole record, or was cut in its first line', async (t) => {
  const path = join(t.testdir(), 'results.jsonl');
  const faults = Array.from(file.keys(), (bytes) => faultAt(bytes, path)).map(
    (fault, bytes) => fault && `${bytes}: ${fault}`,
  );
  t.same(
    faults.filter((fault) => fault !== undefined),
    [],
  );
});

t.test('a line that is left out is told, with what was kept', async (t) => {
  const folder = t.testdir({ 'results.jsonl': file.subarray(0, wholeBytes(8) + 40) });
  const said: string[] = [];
  readResults(folder, (line) => said.push(line));
  t.match(said, [/results\.jsonl was cut off in line 9, which is left out\. Rounds that were kept: 1\.$/]);
});

t.test('a line that is broken, and is not the last, is named with what is wrong', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'results.jsonl');
  const replaced = (at: number, line: string) => [...lines.slice(0, at), `${line}\n`, ...lines.slice(at + 1)].join('');
  const cases: readonly { readonly content: string; readonly message: RegExp }[] = [
    { content: replaced(4, '{"kind":"rou'), message: /results\.jsonl, line 5: not JSON \(.+\)\.$/ },
    { content: replaced(4, ''), message: /line 5: not JSON/ },
    { content: replaced(9, '\0\0\0'), message: /line 10: not JSON/ },
    {
      content: replaced(4, '{"kind":"verdict"}'),
      message: /line 5: kind is "verdict", not one of run, .*round visits/,
    },
    { content: replaced(4, '{"kind":"round"}'), message: /line 5: kind is "round undefined", not one of/ },
    { content: replaced(4, 'null'), message: /line 5: kind is undefined, not one of/ },
    { content: replaced(4, lines[4]?.replace('"durationMs":12.5', '"durationMs":1e999') ?? ''), message: /durationMs/ },
    { content: replaced(4, lines[4]?.replace('"sweep":0', '"sweep":-1') ?? ''), message: /round visits: \/sweep / },
    { content: replaced(4, lines[4]?.replace('"sweep"', '"swoop"') ?? ''), message: /line 5: round visits: / },
    { content: replaced(4, lines[0] ?? '').replace('\n\n', '\n'), message: /line 5: a second "run"/ },
    { content: `${whole}{"kind":"round"}`, message: /line 11: kind is "round undefined"/ },
  ];
  for (const { content, message } of cases) {
    writeFileSync(path, content);
    t.throws(() => readResults(folder, t.fail), { code: 'RESULTS_UNREADABLE', message });
  }
});

t.test('what version 1 wrote, and what is not ours, is one clear line', async (t) => {
  const v1 = '{"schema":"authscale/results/1",\n"run":{},\n"experiments":[]}\n';
  const folder = t.testdir({
    older: { 'results.json': v1 },
    'older.json': v1,
    'older-cut.json': v1.slice(0, 40),
    'older-pretty.json': JSON.stringify({ run: {}, schema: 'authscale/results/1' }, null, 2),
    'newer.jsonl': `${lines[0]?.replace('results/2', 'results/3')}{"kind":"new"}\n`,
    'foreign.json': '{"name":"x"}\n',
    'text.txt': 'hello',
    'binary.bin': Buffer.from([0, 255, 254, 10, 3]),
    'later.jsonl': lines.slice(1).join(''),
    folder: { 'results.jsonl': {} },
  });
  mkdirSync(join(folder, 'empty'));
  const again = /was written by version 1 \(authscale\/results\/1\), .* it must be measured again\.$/;
  const cases = {
    older: again,
    'older.json': again,
    'older-cut.json': again,
    'older-pretty.json': again,
    'newer.jsonl': /newer\.jsonl is of "authscale\/results\/3": this version reads authscale\/results\/2 alone/,
    'foreign.json': /foreign\.json is no results file/,
    'text.txt': /text\.txt is no results file/,
    'binary.bin': /is no results file/,
    'later.jsonl': /is no results file/,
    empty: /empty holds no results\.jsonl\.$/,
    folder: /cannot be read/,
    missing: /missing cannot be read/,
  };
  for (const [name, message] of Object.entries(cases)) {
    t.throws(() => readResults(join(folder, name), t.fail), { code: 'RESULTS_UNREADABLE', message }, name);
  }
});
