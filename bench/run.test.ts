// Whole runs on fake clusters: nothing that goes wrong in one ends it without an answer.
import { existsSync } from 'node:fs';
import t from 'tap';
import type { Results } from './contract.js';
import { keyOf } from './metrics/quantity.js';
import type { FakeCluster, FakeClusterOptions } from './testing/fake-cluster.js';
import { isWhole, measured, mishaps, start, verdicts } from './testing/fake-run.js';

/** Throws, or does something, at the n-th call of a method. */
function atCall(method: string, count: number, act: (cluster: FakeCluster) => unknown): FakeClusterOptions {
  let calls = 0;
  return {
    before: (called, cluster) => {
      if (called !== method) return undefined;
      calls++;
      return calls === count ? act(cluster) : undefined;
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Verdicts of the claims that a run here chooses. */
const BOTH = { mismatch: 'true', 'relogin-storm': 'true' };

t.test('whatever happens', { jobs: 2 }, async (t) => {
  t.test('a run ends with its claims decided', { buffered: true }, async (t) => {
    const run = start(t);
    const results = await run.results;
    isWhole(t, run, results);
    t.same(mishaps(results), []);
    t.equal(measured(results), results.plan?.measurements.length);
    t.same(verdicts(results), BOTH);
    t.equal(run.clusters.length, 1);
    const sweeps = results.rounds.filter(({ factors }) => factors.instances === 2).map(({ sweep }) => sweep);
    t.equal(Math.max(...sweeps), 7, 'it ends when they are decided, and not when its minutes are up');
  });

  t.test('what is open after the least rounds is measured more, and nothing else', { buffered: true }, async (t) => {
    const args = ['--claims', 'mismatch,sticky-skew', '--instances', '2', '--strategies', 'memory,sticky'];
    const run = start(t, { args: [...args, '--seed', '7', '--minutes', '3'] });
    const results = await run.results;
    isWhole(t, run, results);
    const counts = new Map<string, number>();
    for (const { measurement, factors } of results.rounds) {
      const cell = `${measurement} ${keyOf(factors)}`;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    const more = [...counts].filter(([, count]) => count > 8);
    t.match(more, [[/activity=zipf/, Number]], 'of users of unequal activity');
    t.equal(more.length, 1);
    t.ok([12, 18, 27, 40].includes(more[0]?.[1] ?? 0), `${more[0]?.[1]} rounds, at which it is looked at`);
  });

  t.test('what is thrown in the middle is recorded and tried once more', { buffered: true }, async (t) => {
    const run = start(t, { cluster: () => atCall('readTiers', 5, () => fail('the counters are gone')) });
    const results = await run.results;
    isWhole(t, run, results);
    const [key] = results.plan?.measurements.map(({ key }) => key) ?? [];
    t.match(mishaps(results), [{ name: 'failed', measurement: key, detail: 'the counters are gone' }]);
    t.equal(mishaps(results).length, 1);
    t.equal(measured(results), results.plan?.measurements.length);
    t.same(verdicts(results), BOTH);
    t.equal(run.clusters.length, 1, 'mended');
  });

  t.test('a cluster that cannot be mended is replaced', { buffered: true }, async (t) => {
    const run = start(t, {
      cluster: (number) => (number === 0 ? atCall('restore', 2, () => fail('beyond repair')) : {}),
    });
    const results = await run.results;
    isWhole(t, run, results);
    t.match(mishaps(results), [{ name: 'cluster replaced', measurement: null, detail: 'beyond repair' }]);
    t.same(verdicts(results), BOTH);
    t.equal(run.clusters.length, 2);
  });

  t.test(
    'a cluster that cannot be started again leaves the rest unmeasured, and a run that ends',
    { buffered: true },
    async (t) => {
      const run = start(t, {
        cluster: (number) => (number === 0 ? atCall('restore', 2, () => fail('beyond repair')) : fail('no room')),
      });
      const results = await run.results;
      isWhole(t, run, results);
      t.equal(measured(results), 1);
      const failures = results.events.filter(({ name }) => name === 'failed');
      t.same([...new Set(failures.map(({ detail }) => detail))], ['no room']);
      t.same(verdicts(results), { ...BOTH, 'relogin-storm': 'not measured' });
    },
  );

  t.test(
    'a cluster that hangs is at a standstill, and the next measurement has its turn',
    { buffered: true },
    async (t) => {
      let isHanging = false;
      const run = start(t, {
        standstillMs: 3_000,
        cluster: () => ({
          before: (method) => {
            if (method === 'restore') isHanging = false;
          },
          fateOf: (path) => {
            if (
              path === '/memory/bench/login' &&
              run.clusters[0]?.calls.filter((call) => call === 'restore').length === 1
            ) {
              isHanging = true;
            }
            return isHanging ? null : 'answered';
          },
        }),
      });
      const results = await run.results;
      isWhole(t, run, results);
      t.match(mishaps(results), [{ name: 'failed', detail: 'nothing came for 3 s' }]);
      t.same(verdicts(results), BOTH);
    },
  );

  t.test('a cluster that hangs in being mended is replaced', { buffered: true }, async (t) => {
    const run = start(t, {
      standstillMs: 3_000,
      cluster: (number) => (number === 0 ? atCall('restore', 2, () => new Promise(() => {})) : {}),
    });
    const results = await run.results;
    isWhole(t, run, results);
    t.match(mishaps(results), [{ name: 'cluster replaced', detail: 'nothing came for 3 s' }]);
    t.same(verdicts(results), BOTH);
  });

  t.test('a cluster that cannot be stopped takes no results with it', { buffered: true }, async (t) => {
    const beyond = (method: string): FakeClusterOptions => ({
      before: (called, { calls }) => {
        const mended = calls.filter((call) => call === 'restore').length;
        if (called === method || (called === 'restore' && mended === 2)) fail(`no ${called}`);
      },
    });
    const run = start(t, { cluster: () => beyond('stop') });
    const results = await run.results;
    t.match(results.end, { status: 'complete' });
    t.match(mishaps(results), [{ name: 'cluster replaced', detail: 'no restore; it could not be stopped: no stop' }]);
    t.match(run.said, [/could not be stopped: no stop/]);
    t.same(verdicts(results), BOTH);
    for (const cluster of run.clusters) await cluster.end();
  });

  t.test(
    'a measurement that was given up and wakes up later leaves the next one alone',
    { buffered: true },
    async (t) => {
      let wakeUp = () => {};
      const asleep = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      let readings = 0;
      const run = start(t, {
        standstillMs: 3_000,
        cluster: () => ({
          before: (method) => {
            if (method !== 'readTiers') return undefined;
            readings++;
            if (readings === 4) wakeUp();
            return readings === 1 ? asleep : undefined;
          },
        }),
      });
      const results = await run.results;
      isWhole(t, run, results);
      t.match(mishaps(results), [{ name: 'failed', detail: 'nothing came for 3 s' }]);
      t.equal(readings, 1 + 2 * results.rounds.length, 'nobody else read the counters');
    },
  );

  t.test('an abort keeps what there is, and the run can be gone on with', { buffered: true }, async (t) => {
    for (const [method, count] of [
      ['restore', 1],
      ['readTiers', 5],
      ['restore', 2],
      ['serveWith', 14],
    ] as const) {
      t.test(`at ${method}, the ${count}. time`, async (t) => {
        const controller = new AbortController();
        const first = start(t, { controller, cluster: () => atCall(method, count, () => controller.abort()) });
        const before = structuredClone(await first.results);
        isWhole(t, first, before, 'interrupted');
        t.ok(measured(before) < (before.plan?.measurements.length ?? 0));
        const second = start(t, { folder: first.folder, resume: true });
        const after = await second.results;
        isWhole(t, second, after);
        t.same(after.rounds.slice(0, before.rounds.length), before.rounds, 'what there was stays');
        for (const { measurement } of before.events.filter(({ name }) => name === 'measured')) {
          const count = (results: Results) =>
            results.rounds.filter((round) => round.measurement === measurement).length;
          t.equal(count(after), count(before), 'nothing is measured anew');
        }
        t.same(
          mishaps(after).map(({ name }) => name),
          ['resumed'],
        );
        t.same(verdicts(after), BOTH);
      });
    }
  });

  t.test('an abort while the cluster starts leaves no folder', { buffered: true }, async (t) => {
    const controller = new AbortController();
    const run = start(t, {
      controller,
      cluster: () => {
        controller.abort();
        return {};
      },
    });
    await t.rejects(run.results, { code: 'INTERRUPTED' });
    t.notOk(existsSync(run.folder));
    // Nobody waits for it, and it ends all the same.
    while (!run.clusters.some(({ isStopped }) => isStopped)) await new Promise((resolve) => setImmediate(resolve));
    t.equal(run.clusters.length, 1);
  });
});
