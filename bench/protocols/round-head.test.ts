import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { beginRound } from './round-head.js';

const failed = (checks: readonly { name: string; ok: boolean }[]) =>
  checks.filter(({ ok }) => !ok).map(({ name }) => name);

t.test('a round of a machine that goes on passes', async (t) => {
  const finish = beginRound('m', { strategy: 'jwt' }, 3);
  await setTimeout(50);
  const head = finish([{ name: 'mine', ok: true, detail: '' }]);
  t.match(head, { kind: 'round', measurement: 'm', factors: { strategy: 'jwt' }, sweep: 3 });
  t.ok(head.durationMs >= 49);
  t.ok(Math.abs(Date.parse(head.startedAt) - Date.now()) < 5_000);
  t.same(
    head.checks.map(({ name }) => name),
    ['clocks agree', 'nothing stood still', 'mine'],
  );
  t.same(failed(head.checks), []);
});

t.test('a clock that jumps, as one does in a laptop that slept, is seen', async (t) => {
  for (const jumpMs of [60_000, -60_000]) {
    const { now } = Date;
    const finish = beginRound('m', {}, 0);
    Date.now = () => now() + jumpMs;
    try {
      t.same(failed(finish([]).checks), ['clocks agree']);
    } finally {
      Date.now = now;
    }
  }
});

t.test('a process that stood still is seen', async (t) => {
  const finish = beginRound('m', {}, 0);
  await setTimeout(50);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_300);
  await setTimeout(50);
  t.same(failed(finish([]).checks), ['nothing stood still']);
});
