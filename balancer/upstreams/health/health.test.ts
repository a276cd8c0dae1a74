import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { Pool } from '../pool.js';
import type { Upstream } from '../upstream.js';
import { PassiveChecks } from './passive.js';
import { startSlowly } from './slow-start.js';

function createPool(count: number, now: () => number = () => 0): { pool: Pool; upstreams: Upstream[] } {
  const pool = new Pool({ drainDeadlineMs: 1000, now });
  const upstreams = Array.from({ length: count }, (_, i) => pool.add({ url: `http://10.0.0.${i + 1}` }));
  for (const upstream of upstreams) pool.setHealth(upstream, 'up');
  return { pool, upstreams };
}

/** The test's own time limit is the only one. */
async function until(predicate: () => boolean): Promise<void> {
  while (!predicate()) await wait(1);
}

t.test('slow start brings the weight up in steps each time an upstream has come up', async (t) => {
  const { pool, upstreams } = createPool(1);
  const [upstream] = upstreams as [Upstream];
  const stop = startSlowly(pool, 50);
  t.teardown(stop);
  pool.setHealth(upstream, 'down');
  pool.setHealth(upstream, 'up');
  t.equal(upstream.weight, 0.1);
  await until(() => upstream.weight === 1);
});

t.test(
  'an upstream is ejected after failures in a row only, each time for longer, and comes back by itself',
  async (t) => {
    const { pool, upstreams } = createPool(2);
    const [upstream] = upstreams as [Upstream];
    const passive = new PassiveChecks(pool, {
      failuresInRow: 2,
      ejectionMs: 1,
      maxEjectionMs: 10,
      maxEjectedShare: 0.5,
    });
    t.teardown(() => passive.close());
    passive.onFailure(upstream);
    passive.onSuccess(upstream);
    passive.onFailure(upstream);
    t.notOk(upstream.ejected);
    for (const ejections of [1, 2]) {
      while (!upstream.ejected) passive.onFailure(upstream);
      t.equal(upstream.ejections, ejections);
      t.equal(pool.available.length, 1);
      await until(() => !upstream.ejected);
      t.equal(pool.available.length, 2);
    }
  },
);

t.test('an upstream that has been well for as long as it was out is ejected for the shortest time again', async (t) => {
  const { pool, upstreams } = createPool(2);
  const [upstream] = upstreams as [Upstream];
  const passive = new PassiveChecks(pool, {
    failuresInRow: 1,
    ejectionMs: 5,
    maxEjectionMs: 500,
    maxEjectedShare: 0.5,
  });
  t.teardown(() => passive.close());
  for (const inRow of [1, 2, 3]) {
    passive.onFailure(upstream);
    t.equal(upstream.ejectionsInRow, inRow);
    await until(() => !upstream.ejected);
  }
  await until(() => upstream.ejectionsInRow === 0);
  passive.onFailure(upstream);
  t.match(upstream, { ejections: 4, ejectionsInRow: 1 });
});

t.test('no more than the share is ejected at a time', async (t) => {
  const { pool, upstreams } = createPool(4);
  const passive = new PassiveChecks(pool, {
    failuresInRow: 1,
    ejectionMs: 60_000,
    maxEjectionMs: 60_000,
    maxEjectedShare: 0.5,
  });
  t.teardown(() => passive.close());
  for (const upstream of upstreams) passive.onFailure(upstream);
  t.equal(pool.available.length, 2);
});

t.test('downtime is the sum of all outages', async (t) => {
  let nowMs = 0;
  const { pool, upstreams } = createPool(1, () => nowMs);
  const [upstream] = upstreams as [Upstream];
  for (const [atMs, health] of [
    [10, 'down'],
    [30, 'up'],
    [50, 'down'],
  ] as const) {
    nowMs = atMs;
    pool.setHealth(upstream, health);
  }
  nowMs = 55;
  t.equal(pool.downMs(upstream), 25);
});

t.test('ejection takes half of those that are up at most, and never the last', async (t) => {
  const { pool, upstreams } = createPool(4);
  const [a, b, c, d] = upstreams as [Upstream, Upstream, Upstream, Upstream];
  const options = { failuresInRow: 1, ejectionMs: 60_000, maxEjectionMs: 60_000, maxEjectedShare: 0.5 };
  const passive = new PassiveChecks(pool, options);
  t.teardown(() => passive.close());
  pool.setHealth(c, 'down');
  pool.setHealth(d, 'down');
  passive.onFailure(a);
  passive.onFailure(b);
  t.strictSame([a.ejected, b.ejected], [true, false]);
  t.strictSame(pool.available, [b]);
  pool.setHealth(b, 'down');
  t.strictSame(pool.available, [a], 'the ejected one is better than none');
  pool.setHealth(c, 'up');
  t.strictSame(pool.available, [c]);
});

t.test('one that is down is not ejected as well', async (t) => {
  const { pool, upstreams } = createPool(3);
  const [a] = upstreams as [Upstream];
  const passive = new PassiveChecks(pool, { failuresInRow: 1, ejectionMs: 1, maxEjectionMs: 1, maxEjectedShare: 0.5 });
  t.teardown(() => passive.close());
  pool.setHealth(a, 'down');
  passive.onFailure(a);
  t.notOk(a.ejected);
});

t.test('the last one that is up is not ejected, whatever the share', async (t) => {
  const { pool, upstreams } = createPool(1);
  const [only] = upstreams as [Upstream];
  const passive = new PassiveChecks(pool, { failuresInRow: 1, ejectionMs: 1, maxEjectionMs: 1, maxEjectedShare: 1 });
  t.teardown(() => passive.close());
  passive.onFailure(only);
  t.notOk(only.ejected);
});
