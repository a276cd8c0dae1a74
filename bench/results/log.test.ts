import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { ResultRecord, Round } from '../contract.js';
import { mountTiny } from '../testing/tiny-disk.js';
import { Appender } from './appender.js';
import { ResultLog, readResults, requireFolder } from './log.js';
import { formatRecord } from './record.js';
import { end, event, records, round, run } from './small-run.fixture.js';

const later = records.slice(1);

t.test('what was appended is what is read, at every moment', async (t) => {
  const folder = join(t.testdir(), 'a', 'b');
  const log = ResultLog.create(folder, run);
  const file = join(folder, 'results.jsonl');
  for (const [at, record] of later.entries()) {
    log.append(record);
    t.equal(readFileSync(file, 'utf8').split('\n').length, at + 3, 'one line for each');
    t.same(readResults(folder, t.fail), log.results);
  }
  t.equal(log.failure, undefined);
  log.close();
  t.same(readdirSync(folder), ['results.jsonl']);
});

t.test('the results of another run are never overwritten', async (t) => {
  const folder = t.testdir();
  const first = ResultLog.create(folder, run);
  const occupied = { code: 'RESULTS_EXIST', message: /results\.jsonl exists: .* Nothing was overwritten\.$/ };
  t.throws(() => ResultLog.create(folder, { ...run, id: 'b' }), occupied, 'while it is being written');
  first.append(round(0));
  first.close();
  t.throws(() => ResultLog.create(folder, { ...run, id: 'b' }), occupied);
  t.same(readResults(folder, t.fail).rounds, [round(0)]);
  const older = t.testdir({ 'results.json': '{}' });
  t.throws(() => ResultLog.create(older, run), { code: 'RESULTS_EXIST', message: /results\.json exists/ });
});

t.test('what does not fit the schema is never written, and its place is named', async (t) => {
  const folder = t.testdir();
  const log = ResultLog.create(folder, run);
  const cases: readonly { readonly record: unknown; readonly message: RegExp }[] = [
    { record: { ...round(0), durationMs: Number.NaN }, message: /round visits: \/durationMs/ },
    { record: { ...round(0), durationMs: Number.POSITIVE_INFINITY }, message: /\/durationMs/ },
    { record: { ...round(0), machine: { stealMs: Number.NaN, pressureMs: null } }, message: /\/machine\/stealMs/ },
    { record: { ...round(0), factors: { load: Number.NaN } }, message: /\/factors\/load/ },
    { record: { kind: 'calibration', measurement: 'x', values: { cores: Number.NaN } }, message: /\/values\/cores/ },
    { record: { ...round(0), verdict: undefined }, message: /round visits/ },
    { record: { kind: 'verdict' }, message: /kind is "verdict"/ },
    { record: run, message: /one "run"/ },
  ];
  for (const { record, message } of cases) {
    t.throws(() => log.append(record as ResultRecord), { name: 'TypeError', message });
  }
  t.throws(() => ResultLog.create(join(folder, 'x'), { ...run, minutes: Number.NaN }), TypeError);
  t.notOk(existsSync(join(folder, 'x')));
  t.same(log.results.rounds, []);
  log.close();
  t.equal(readFileSync(join(folder, 'results.jsonl'), 'utf8'), formatRecord(run));
});

t.test('a log is gone on with; a half line is cut off, and the cut file stays beside it', async (t) => {
  const lines = records.map(formatRecord);
  const cut = Buffer.from(lines.slice(0, 5).join('') + lines[5]?.slice(0, 20));
  const folder = t.testdir({ 'results.jsonl': cut });
  const log = ResultLog.reopen(folder);
  t.same(log.results.rounds, [round(0)]);
  log.append(event('resumed'));
  log.append(round(1));
  log.append(end);
  log.close();
  const copy = `results.jsonl.cut-at-${cut.length}`;
  t.same(readdirSync(folder).sort(), ['results.jsonl', copy].sort());
  t.same(readFileSync(join(folder, copy)), cut);
  t.match(readResults(folder, t.fail), { rounds: [round(0), round(1)], events: [event('resumed')], end });
});

t.test('where only the break at the end is missing, nothing is cut off', async (t) => {
  const folder = t.testdir({ 'results.jsonl': records.map(formatRecord).join('').slice(0, -1) });
  const log = ResultLog.reopen(folder);
  log.append(event('resumed'));
  log.close();
  t.same(readdirSync(folder), ['results.jsonl']);
  t.match(readResults(folder, t.fail), { rounds: { length: 2 }, events: { length: 3 }, end: null });
});

t.test('a file that cannot be read is not gone on with, and stays as it is', async (t) => {
  const folder = t.testdir({ 'results.jsonl': '{"kind":"run","sch' });
  t.throws(() => ResultLog.reopen(folder), { code: 'RESULTS_UNREADABLE', message: /cut off in its first line/ });
  t.throws(() => ResultLog.reopen(t.testdir({ x: { 'results.json': '{}' } })), { code: 'RESULTS_UNREADABLE' });
  t.equal(readFileSync(join(t.testdir({ 'results.jsonl': 'x' }), 'results.jsonl'), 'utf8'), 'x');
});

t.test('one process at a time writes a log; the lock of a dead one is taken over', async (t) => {
  const folder = t.testdir({ 'results.jsonl': formatRecord(run) });
  const lock = join(folder, 'results.jsonl.lock');
  const busy = (pid: number) => ({
    code: 'RESULTS_EXIST',
    message: new RegExp(`results\\.jsonl is being written by process ${pid}: wait until it has ended`),
  });
  const log = ResultLog.reopen(folder);
  t.equal(readFileSync(lock, 'utf8'), `${process.pid}\n`);
  t.throws(() => ResultLog.reopen(folder), busy(process.pid));
  log.close();
  t.notOk(existsSync(lock));

  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const exited = new Promise((resolve) => other.on('exit', resolve));
  writeFileSync(lock, `${other.pid}\n`);
  t.throws(() => ResultLog.reopen(folder), busy(other.pid ?? 0));
  rmSync(join(folder, 'results.jsonl'));
  t.throws(() => ResultLog.create(folder, run), busy(other.pid ?? 0), 'also where the file was removed meanwhile');
  writeFileSync(join(folder, 'results.jsonl'), formatRecord(run));
  other.kill('SIGKILL');
  await exited;
  for (const left of [`${other.pid}\n`, '', 'x', `${process.pid}\n`]) {
    writeFileSync(lock, left);
    ResultLog.reopen(folder).close();
    t.same(readdirSync(folder), ['results.jsonl'], `taken over from ${JSON.stringify(left)}`);
  }
});

t.test('a line of which only a part was written is completed', async (t) => {
  const path = join(t.testdir(), 'x');
  let room = 5;
  const appender = new Appender(openSync(path, 'a'), (fd, bytes) => {
    if (room === 0) throw new Error('ENOSPC: no space left on device');
    const written = writeSync(fd, bytes.subarray(0, Math.min(room, 3)));
    room -= written;
    return written;
  });
  appender.append('ä1\n');
  t.equal(appender.failure, undefined);
  appender.append('second\n');
  t.match(appender.failure, /ENOSPC/);
  appender.append('third\n');
  t.equal(readFileSync(path, 'utf8'), 'ä1\ns');
  room = 8;
  appender.append('fourth\n');
  t.match(appender.failure, /ENOSPC/);
  t.equal(readFileSync(path, 'utf8'), 'ä1\nsecond\nth');
  room = 100;
  appender.close();
  t.equal(appender.failure, undefined);
  t.equal(readFileSync(path, 'utf8'), 'ä1\nsecond\nthird\nfourth\n');
});

t.test('a full disk loses nothing: what could not be written follows when there is room', async (t) => {
  const disk = mountTiny();
  if (!disk) {
    t.pass('a full disk', { skip: 'mounting a small file system needs root' });
    return;
  }
  t.teardown(disk.remove);
  const { folder } = disk;
  const log = ResultLog.create(folder, run);
  const filler = join(folder, 'filler');
  const big = (sweep: number): Round => ({
    ...round(sweep),
    checks: [{ name: 'x', ok: true, detail: 'é'.repeat(3000) }],
  });
  fill(filler, 40_000);
  for (let sweep = 0; sweep < 6; sweep++) log.append(big(sweep));
  t.match(log.failure, /ENOSPC/);
  t.equal(log.results.rounds.length, 6);
  const said: string[] = [];
  const written = readResults(folder, (line) => said.push(line)).rounds.length;
  t.ok(written > 0 && written < 6, `${written} of 6 rounds are in the file`);
  t.equal(said.length, 1, 'and a part of the next');
  rmSync(filler);
  log.append(end);
  t.equal(log.failure, undefined);
  log.close();
  t.same(readResults(folder, t.fail), log.results);
});

function fill(path: string, bytes: number): void {
  const fd = openSync(path, 'w');
  writeSync(fd, Buffer.alloc(bytes));
  closeSync(fd);
}

t.test(
  'a folder is made level by level, and where none can be made that is told',
  { skip: process.platform !== 'linux' && 'no /proc' },
  async (t) => {
    const folder = join(t.testdir(), 'a', 'b');
    ResultLog.create(folder, run).close();
    t.ok(existsSync(folder));
    t.throws(() => ResultLog.create('/proc/authscale/a', run), { code: 'ENOENT' });
    t.throws(() => requireFolder('/proc/authscale/a'), {
      code: 'BAD_OPTION',
      message: /^--out: \/proc\/authscale\/a cannot be written: ENOENT/,
    });
  },
);

t.test('a folder for results is tried before anything is measured, and nothing of it stays', async (t) => {
  const root = t.testdir({ file: '' });
  requireFolder(join(root, 'a', 'b'));
  requireFolder(root);
  t.same(readdirSync(root), ['file']);
  const file = join(root, 'file');
  t.throws(() => requireFolder(file), { code: 'BAD_OPTION', message: `--out: ${file} is not a folder.` });
  t.throws(() => requireFolder(join(file, 'a')), { code: 'BAD_OPTION', message: /cannot be written: ENOTDIR/ });
});
