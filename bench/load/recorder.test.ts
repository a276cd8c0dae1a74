import t from 'tap';
import { Recorder } from './recorder.js';

t.test('latencies are kept in microseconds to three digits', async (t) => {
  const recorder = new Recorder();
  for (let micros = 1; micros <= 1000; micros++) recorder.answered(200, micros);
  t.same(recorder.latency(), { count: 1000, meanMs: 0.5005, p50Ms: 0.5, p99Ms: 0.99, maxMs: 1 });
  recorder.answered(200, 7_654_321);
  t.ok(Math.abs(recorder.latency().maxMs / 7654.321 - 1) < 0.001);
  recorder.answered(200, Number.MAX_SAFE_INTEGER);
  t.ok(Math.abs(recorder.latency().maxMs / 3_600_000 - 1) < 0.001, 'more than an hour is an hour');
});

t.test('merged recorders say what one recorder of everything would', async (t) => {
  const [all, one, two] = [new Recorder(), new Recorder(), new Recorder()];
  for (let i = 0; i < 3000; i++) {
    const half = i % 3 === 0 ? one : two;
    for (const recorder of [all, half]) {
      if (i % 100 === 0) recorder.failed(i % 200 === 0 ? 'timeout' : 'ECONNRESET', i % 200 === 0 ? 500_000 : undefined);
      else recorder.answered(i % 7 === 0 ? 401 : 200, 37 * i);
    }
  }
  one.merge(two.snapshot());
  t.same(one.latency(), all.latency());
  t.same(one.snapshot().statuses, all.snapshot().statuses);
  t.same(one.snapshot().failures, { timeout: 15, ECONNRESET: 15 });
});

t.test('a recorder of nothing has no latency', async (t) => {
  t.same(new Recorder().latency(), { count: 0, meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});
