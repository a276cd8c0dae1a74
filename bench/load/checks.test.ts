import t from 'tap';
import { checkLoad } from './checks.js';
import type { OpenLoopResult } from './open-loop.js';

/** 1000 requests in 2 s at 10 ms each: 5 under way. */
const sound: OpenLoopResult = {
  startedAt: new Date(0),
  finishedAt: new Date(2000),
  durationMs: 2000,
  sent: 1000,
  answered: 990,
  failures: { timeout: 10 },
  statuses: { 200: 990 },
  unexpected: 0,
  throughputRps: 495,
  goodputRps: 495,
  latency: { count: 1000, meanMs: 10, p50Ms: 9, p99Ms: 30, maxMs: 40 },
  meanInFlight: 5,
  requestBytes: 100,
  responseBytes: 200,
  generatorCpuMicros: 400_000,
  generatorThreads: 1,
  histogram: '',
  openLoop: { scheduled: 1000, late: 10, lagP99Ms: 9, lagMaxMs: 12 },
};
const servers = { requests: 995, balancerCpuMicros: 1_000_000 };

t.test('a sound measurement passes every check, and each check says what it compared', async (t) => {
  const checks = checkLoad(sound, servers);
  t.same(
    checks.filter(({ ok }) => !ok),
    [],
  );
  t.same(
    checks.map(({ name, detail }) => `${name}: ${detail}`),
    [
      "Little's law: 5.00 under way by rate times latency, 5.00 counted (0.0 % apart)",
      'sent = answered + failed: 1000 sent, 990 answered, 10 failed (10 timeout)',
      'mean ≤ max: mean 10.000 ms, maximum 40.000 ms',
      'no unexpected status: 0 unexpected among 990 200',
      'generator has room: generator used 20.0 % of a core in each of 1 threads',
      'schedule kept: 1000 of 1000 due, 10 late, 0 dropped, lag p99 9.00 ms, maximum 12.00 ms',
      'servers count the same: servers counted 995, the client 990 answered and 10 failed',
      'balancer has room: balancer used 50.0 % of a core',
    ],
  );
});

t.test('a closed loop has no schedule, and absent server counts are not checked', async (t) => {
  const { openLoop: _, ...closed } = sound;
  t.equal(checkLoad(closed).length, 5);
});

const broken: [name: string, change: Partial<OpenLoopResult>, counts?: object][] = [
  ["Little's law", { meanInFlight: 5.4 }],
  ["Little's law", { meanInFlight: 0 }],
  ["Little's law", { latency: { ...sound.latency, meanMs: 9.4 } }],
  ['sent = answered + failed', { sent: 1001, openLoop: { ...sound.openLoop, scheduled: 1001 } }],
  ['mean ≤ max', { latency: { ...sound.latency, maxMs: 9 } }],
  ['no unexpected status', { unexpected: 1, statuses: { 200: 989, 401: 1 } }],
  ['generator has room', { generatorCpuMicros: 1_600_000 }],
  ['schedule kept', { openLoop: { ...sound.openLoop, late: 11 } }],
  ['schedule kept', { failures: { timeout: 9, dropped: 1 } }],
  ['schedule kept', { openLoop: { ...sound.openLoop, scheduled: 1002 } }],
  ['servers count the same', {}, { requests: 989 }],
  ['servers count the same', {}, { requests: 1001 }],
  ['balancer has room', {}, { balancerCpuMicros: 1_990_000 }],
];

t.test('each defect fails its own check and no other', async (t) => {
  for (const [name, change, counts] of broken) {
    const failed = checkLoad({ ...sound, ...change }, { ...servers, ...counts }).filter(({ ok }) => !ok);
    t.same(
      failed.map((check) => check.name),
      [name],
      `${name} ${JSON.stringify({ ...change, ...counts })}`,
    );
  }
});
