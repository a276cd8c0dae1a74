import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Results } from '../contract.js';
import { sampleResults } from '../report/results.fixture.js';
import { describeInvalid, formatResults, readWholeRecords } from './format.js';
import { recoverResults } from './recovery.js';
import { readResults } from './store.js';

/** Every kind of record, letters of two and three bytes, and few cells, for every byte of it is cut at. */
function smallResults(): Results {
  const sample = sampleResults();
  const experiments = sample.experiments.map((experiment) => ({ ...experiment, cells: experiment.cells.slice(0, 2) }));
  const skipped: Results['experiments'][number] = { id: 'x', question: '?', status: 'skipped', reason: '≥', cells: [] };
  return { ...sample, experiments: [...experiments, skipped], claims: sample.claims.slice(1) };
}

const whole = smallResults();
const file = Buffer.from(formatResults(whole));

/** Records that begin with this member, counted in another way than the recovery does. */
function countRecords(text: string, member: string): number {
  return text.split('\n').filter((line) => line.startsWith(`{"${member}"`) && isJson(line.replace(/,$/, ''))).length;
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

/** What is wrong with what was recovered from the first bytes, or undefined. */
function faultOf(text: string, left: Results): string | undefined {
  const cells = left.experiments.flatMap((experiment) => experiment.cells);
  const all = whole.experiments.flatMap((experiment) => experiment.cells);
  const half = left.experiments.filter(
    ({ id, cells, status }) =>
      status !== 'failed' && cells.length < (whole.experiments.find((one) => one.id === id)?.cells.length ?? 0),
  );
  if (describeInvalid(left)) return describeInvalid(left);
  if (left.run.status !== 'interrupted') return 'says that it is complete';
  if (cells.length !== countRecords(text, 'factors')) return `${cells.length} cells`;
  if (left.claims.length !== countRecords(text, 'id')) return `${left.claims.length} claims`;
  if (JSON.stringify(cells) !== JSON.stringify(all.slice(0, cells.length))) return 'other cells';
  if (half.length > 0) return 'an experiment without all its cells says that it was measured';
  return undefined;
}

t.test('a file is JSON with a record on each line', async (t) => {
  t.same(JSON.parse(`${file}`), whole);
  t.equal(countRecords(`${file}`, 'factors'), 6);
  const empty = { ...whole, experiments: [], claims: [] };
  t.same(JSON.parse(formatResults(empty)), empty);
});

t.test('cut at any byte, a file is recovered up to its last whole record, or is cut in its head', async (t) => {
  const headBytes = Buffer.byteLength(`${file}`.split('\n').slice(0, 3).join('\n'));
  const faults: string[] = [];
  // One byte less is the line break at the end, and nothing is missing.
  for (let bytes = 0; bytes < file.length - 1; bytes++) {
    const text = file.subarray(0, bytes).toString();
    const left = readWholeRecords(text);
    const fault = left ? faultOf(text, left) : bytes > headBytes && 'nothing recovered';
    if (fault) faults.push(`${bytes} bytes: ${fault}`);
    if (left && bytes < headBytes - 1) faults.push(`${bytes} bytes: recovered from a head that is cut`);
  }
  t.same(faults, []);
});

t.test('a cut file is repaired, judged, and kept beside the repaired one', async (t) => {
  const cut = file.subarray(0, file.indexOf('"id":"request-cost"') - 3);
  const folder = t.testdir({ 'results.json': cut });
  const said: string[] = [];
  const left = recoverResults(folder, (line) => said.push(line));
  t.equal(said.length, 1);
  t.match(said[0], /results\.json was cut off\. What is whole was kept \(cells: 4\); .*results\.json\.cut-at-\d+\.$/);
  const copy = `results.json.cut-at-${cut.length}`;
  t.same(readdirSync(folder).sort(), ['results.json', copy].sort());
  t.same(readFileSync(join(folder, copy)), cut);
  t.same(readResults(folder), left);
  t.match(left, { run: { status: 'interrupted', finishedAt: null }, experiments: { length: 2 } });
  t.ok(left.claims.some(({ id, evidence }) => id === 'mismatch' && evidence.length > 0));

  t.same(
    recoverResults(folder, (line) => said.push(line)),
    left,
  );
  t.equal(said.length, 1, 'a whole file is only read');
});

t.test('a file that is cut in its head, and one that is not ours, is one clear line and stays as it is', async (t) => {
  const cases: [string | Buffer, RegExp][] = [
    ['', /cut off in its head: nothing whole/],
    [file.subarray(0, 20), /cut off in its head/],
    [file.subarray(0, 300), /cut off in its head/],
    ['{"name":"x"', /is not JSON/],
    ['{"name":"x"}', /schema is undefined/],
    [`${file}`.replace('"quick"', '"brief"'), /does not fit/],
    [`${file}`.replace('"quick"', '"brief"').slice(0, -9), /nothing whole/],
  ];
  const folder = t.testdir();
  const path = join(folder, 'results.json');
  for (const [content, message] of cases) {
    writeFileSync(path, content);
    t.throws(() => recoverResults(folder, () => t.fail()), { code: 'RESULTS_UNREADABLE', message });
    t.equal(readFileSync(path, 'utf8'), `${content}`);
  }
  t.same(readdirSync(folder), ['results.json']);
  t.throws(() => recoverResults(join(folder, 'missing'), () => t.fail()), { message: /cannot be read/ });
});
