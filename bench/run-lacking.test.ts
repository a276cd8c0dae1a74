// Whole runs where something is not to be had: a Redis of their own, slices of CPU, room on the disk.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readResults } from './results/log.js';
import { isWhole, measured, mishaps, start, verdicts } from './testing/fake-run.js';
import { mountTiny } from './testing/tiny-disk.js';

t.test('what belongs to somebody else is never broken', async (t) => {
  const args = ['--claims', 'mismatch,store-dies', '--instances', '2', '--seed', '7'];
  const run = start(t, { args, cluster: () => ({ ownsRedis: false }) });
  const results = await run.results;
  isWhole(t, run, results);
  t.same(results.plan?.leftOut, [
    {
      claim: 'store-dies',
      because: 'the Redis at REDIS_URL was not started by this run: it is never broken, filled or throttled',
    },
  ]);
  t.same(verdicts(results), { mismatch: 'true', 'store-dies': 'not measured' });
  const harmful = /^(kill|freeze|restart) redis|^limitCpu redis \d/;
  t.same(
    run.clusters.flatMap(({ calls }) => calls.filter((call) => harmful.test(call))),
    [],
  );
});

t.test('without slices of CPU the claims that need them are left out, and the others measured', async (t) => {
  const args = ['--claims', 'mismatch,stateless-scales,load-slows-sessions', '--instances', '2', '--seed', '7'];
  const run = start(t, { args, cluster: () => ({ cpuQuota: { tried: 'cgroup v2 (read-only)' } }) });
  const results = await run.results;
  isWhole(t, run, results);
  const because = 'needs slices of CPU, which cannot be cut here: tried cgroup v2 (read-only)';
  t.same(results.plan?.leftOut, [
    { claim: 'stateless-scales', because },
    { claim: 'load-slows-sessions', because },
  ]);
  t.match(results.context, { cpuQuota: null });
  t.same(verdicts(results), {
    mismatch: 'true',
    'stateless-scales': 'not measured',
    'load-slows-sessions': 'not measured',
  });
});

t.test('a strategy that cannot be had is left out with its reason', async (t) => {
  const args = ['--claims', 'mismatch,mismatch-mended', '--instances', '2', '--seed', '7'];
  const reason = 'no Redis server';
  const cluster = () => ({
    strategies: ['memory', 'sticky', 'jwt'] as const,
    skipped: [{ strategy: 'redis' as const, reason }],
  });
  const run = start(t, { args, cluster });
  const results = await run.results;
  isWhole(t, run, results);
  t.same(results.plan?.leftOut, [{ claim: 'mismatch-mended', because: reason }]);
  t.equal(verdicts(results).mismatch, 'true');
});

/** Leaves no room for anything. */
function fillUp(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(512));
  } catch {
    closeSync(fd);
  }
}

t.test('a disk that becomes full ends no run, and what was lost of it can be measured later', async (t) => {
  const disk = mountTiny();
  if (!disk) {
    t.pass('a full disk', { skip: 'mounting a small file system needs root' });
    return;
  }
  t.teardown(disk.remove);
  const filler = join(disk.folder, 'filler');
  let readings = 0;
  const first = start(t, {
    folder: join(disk.folder, 'run'),
    cluster: () => ({
      before: (method) => {
        if (method !== 'readTiers') return;
        readings++;
        if (readings === 5) fillUp(filler);
      },
    }),
  });
  const { results, unwritten } = await first.outcome;
  t.match(unwritten, /ENOSPC/);
  t.match(results.end, { status: 'complete' });
  t.equal(measured(results), results.plan?.measurements.length);
  t.same(verdicts(results), { mismatch: 'true', 'relogin-storm': 'true' });
  const written = readResults(first.folder, () => {}).rounds;
  t.ok(written.length >= 2 && written.length < results.rounds.length, `${written.length} rounds are in the file`);
  rmSync(filler);
  const second = start(t, { folder: first.folder, resume: true });
  const after = await second.results;
  isWhole(t, second, after);
  t.same(after.rounds.slice(0, written.length), written);
  t.same(
    mishaps(after).map(({ name }) => name),
    ['resumed'],
  );
});
