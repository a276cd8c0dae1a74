/** The method by itself, exactly: real requests over real connections, but sender and server share a clock that the test moves. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import t from 'tap';
import { createRandom, exponential } from '../stats/prng.js';
import { quantile } from '../stats/quantiles.js';
import { OpenLoopSender, type SenderReport } from './open-loop-sender.js';
import { Recorder } from './recorder.js';
import { createSchedule, type Schedule } from './schedule.js';

/** When the n-th request is answered, given when it arrived. */
type Service = (arrivedAtMs: number, n: number) => number;

const waiting: { readonly response: ServerResponse; readonly answerAtMs: number }[] = [];
let nowMs = 0;
let arrived = 0;
let service: Service = () => 0;
const server = createServer((_request, response) => {
  waiting.push({ response, answerAtMs: service(nowMs, arrived++) });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
t.teardown(() => server.close());

/** Plays a schedule event by event, moving the clock only when everything has reached its destination. */
async function play(
  schedule: Schedule,
  answerAt: Service,
  { lateMs = 0, latencyFrom = 'due' }: { readonly lateMs?: number; readonly latencyFrom?: 'due' | 'written' } = {},
): Promise<SenderReport> {
  [nowMs, arrived, service] = [0, 0, answerAt];
  let report: SenderReport | undefined;
  const load = { url, schedule, requests: [{ path: '/' }], connections: 512, timeoutMs: 60_000, latencyFrom };
  const sender = new OpenLoopSender(
    load,
    () => nowMs,
    (ended) => {
      report = ended;
    },
  );
  while (report === undefined) {
    waiting.sort((a, b) => b.answerAtMs - a.answerAtMs);
    const dueAtMs = schedule.atMs[arrived] ?? Number.POSITIVE_INFINITY;
    const answer = waiting.at(-1);
    if (answer !== undefined && answer.answerAtMs <= dueAtMs) {
      nowMs = answer.answerAtMs;
      waiting.pop();
      const before = sender.inFlight;
      answer.response.end();
      while (sender.inFlight === before) await nextTurn();
    } else {
      nowMs = dueAtMs + lateMs;
      const sent = arrived + 1;
      sender.sendDue();
      while (arrived < sent) await nextTurn();
    }
  }
  return report;
}

function latencyOf(report: SenderReport) {
  const recorder = new Recorder();
  recorder.merge(report.recorder);
  return recorder.latency();
}

const even = (rateRps: number, durationMs: number) =>
  createSchedule({ rateRps, durationMs, arrivals: 'even', identities: 1 }, 1);

t.test('against a server that takes 50 ms, at 10 requests a second, p50 and mean are 50 ms', async (t) => {
  const report = await play(even(10, 3000), (arrivedAtMs) => arrivedAtMs + 50);
  const { count, meanMs, p50Ms, p99Ms } = latencyOf(report);
  t.equal(count, 30);
  t.equal(Math.round(p50Ms), 50);
  t.equal(Math.round(meanMs), 50);
  t.equal(Math.round(p99Ms), 50);
  t.equal(report.late, 0);
  t.equal(Math.round(report.inFlightMs), 30 * 50, "Little's law");
});

t.test(
  'a generator that is late is charged to the server, unless latency counts from when a request was written',
  async (t) => {
    const p50 = async (latencyFrom: 'due' | 'written') => {
      const how = { lateMs: 30, latencyFrom };
      const report = await play(even(10, 1000), (arrivedAtMs) => arrivedAtMs + 50, how);
      t.equal(report.late, 10, 'that it was late is told either way');
      return Math.round(latencyOf(report).p50Ms);
    };
    t.equal(await p50('due'), 80);
    t.equal(await p50('written'), 50);
  },
);

t.test('a server that freezes for a second is charged for everyone who came meanwhile', async (t) => {
  const thaw = (atMs: number) => (atMs >= 1000 && atMs < 2000 ? 2000 : atMs);
  const schedule = even(100, 4000);
  const { p50Ms, p99Ms, maxMs } = latencyOf(await play(schedule, (arrivedAtMs) => thaw(arrivedAtMs) + 5));
  t.equal(Math.round(p50Ms), 5);
  t.equal(Math.round(maxMs / 10), Math.round(1005 / 10));
  // A quarter of the users came during the freeze and waited evenly up to a second: the worst 1 % more than 960 ms.
  t.ok(p99Ms > 960 && p99Ms < 980, `p99 is ${p99Ms} ms`);
});

t.test('percentiles of a known service time are those that the server itself has recorded', async (t) => {
  const random = createRandom(5, 'service');
  const services: number[] = [];
  const shape = { rateRps: 300, durationMs: 2000, arrivals: 'poisson', identities: 1 } as const;
  const report = await play(createSchedule(shape, 3), (arrivedAtMs) => {
    const serviceMs = exponential(random, 40);
    services.push(serviceMs);
    return arrivedAtMs + serviceMs;
  });
  const { count, meanMs, p50Ms, p99Ms } = latencyOf(report);
  t.equal(count, services.length);
  const near = (found: number, truth: number) => Math.abs(found / truth - 1) < 0.02;
  t.ok(near(p50Ms, quantile(services, 0.5)), `p50 ${p50Ms} ms`);
  t.ok(near(p99Ms, quantile(services, 0.99)), `p99 ${p99Ms} ms`);
  t.ok(near(meanMs, services.reduce((sum, ms) => sum + ms, 0) / count), `mean ${meanMs} ms`);
});
