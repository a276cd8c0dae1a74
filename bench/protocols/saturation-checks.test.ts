import t from 'tap';
import { periodMsOf } from '../cluster/cpu-quota.js';
import type { SaturationRound } from '../contract.js';
import { Histogram } from '../load/histogram.js';
import { checkIdle, checkSaturation, TOLERANCE } from './saturation-checks.js';

type Observed = Omit<SaturationRound, 'checks'>;
type Work = SaturationRound['steady']['work'];

function timesOf(count: number, ms: number): string {
  const histogram = new Histogram();
  for (let at = 0; at < count; at++) histogram.record(1000 * ms);
  return histogram.encode();
}

/** For a second, 400 requests of 20 ms each on eight connections, by two instances with a tenth of a core each. */
const WORK: Work = {
  cpuMs: 1_000,
  balancerMs: 1_000,
  instanceCpuMicros: 200_000,
  balancerCpuMicros: 40_000,
  storeCpuMicros: 10_000,
  instanceRequests: 400,
  balancerRequests: 400,
  serving: 2,
  instanceThrottling: null,
  storeThrottling: null,
};

const SOUND: Observed = {
  kind: 'round',
  protocol: 'saturation',
  measurement: 'saturation',
  factors: { strategy: 'redis', instances: 2 },
  sweep: 0,
  startedAt: '2026-11-22T09:00:00.000Z',
  durationMs: 1_300,
  machine: { stealMs: null, pressureMs: null },
  connections: 8,
  instanceCores: 0.1,
  storeCores: null,
  steady: { work: WORK, durationMs: 1_000, statuses: { 200: 400 }, latency: timesOf(400, 20) },
  sent: 520,
  answered: 520,
  failures: {},
  sentBytes: 52_000,
  receivedBytes: 150_000,
  generatorCpuMicros: 100_000,
  trips: null,
};

interface Change extends Omit<Partial<Observed>, 'steady'> {
  readonly steady?: Partial<SaturationRound['steady']>;
  readonly work?: Partial<Work>;
}

function changed({ steady, work, ...others }: Change): Observed {
  return { ...SOUND, ...others, steady: { ...SOUND.steady, ...steady, work: { ...WORK, ...work } } };
}

const failedIn = (round: Observed) => checkSaturation(round).flatMap(({ name, ok }) => (ok ? [] : name));

/** One period of the slice may be used in another window. */
const period = (cores: number) => periodMsOf(cores) / WORK.cpuMs;

interface Case {
  readonly name: string;
  /** Just passes. */
  readonly kept: Change;
  /** Does not. */
  readonly broken: Change;
}

const CASES: readonly Case[] = [
  {
    name: 'enough requests',
    kept: { work: { instanceRequests: 30 } },
    broken: { work: { instanceRequests: 29 } },
  },
  {
    name: 'sent = answered + failed',
    kept: { answered: 517, failures: { ECONNRESET: 1, timeout: 2 } },
    broken: { answered: 517, failures: { timeout: 2 } },
  },
  {
    name: 'one window for all counts',
    kept: { work: { balancerMs: 1_000 * (1 + TOLERANCE.window) } },
    broken: { work: { balancerMs: 1_001 * (1 + TOLERANCE.window) } },
  },
  {
    name: 'one window for all counts',
    kept: { steady: { durationMs: 1_000 / (1 - TOLERANCE.window) - 1 } },
    broken: { steady: { durationMs: 1_000 / (1 - TOLERANCE.window) + 1 } },
  },
  {
    name: 'X · R ≤ connections',
    kept: { steady: { latency: timesOf(400, 22.4) } },
    broken: { steady: { latency: timesOf(400, 22.7) } },
  },
  {
    name: 'few unexpected answers',
    kept: { steady: { statuses: { 200: 396, 503: 4 } } },
    broken: { steady: { statuses: { 200: 395, 503: 5 } } },
  },
  {
    name: 'few unexpected answers',
    kept: { factors: { strategy: 'memory', instances: 2 }, steady: { statuses: { 200: 200, 401: 200 } } },
    broken: { factors: { strategy: 'memory', instances: 1 }, steady: { statuses: { 200: 200, 401: 200 } } },
  },
  {
    name: 'few unexpected answers',
    kept: { factors: { strategy: 'sticky', instances: 2 } },
    broken: { factors: { strategy: 'sticky', instances: 2 }, steady: { statuses: { 200: 200, 401: 200 } } },
  },
  {
    name: 'generator has room',
    kept: { instanceCores: null, generatorCpuMicros: 1_039_000 },
    broken: { instanceCores: null, generatorCpuMicros: 1_040_001 },
  },
  {
    name: 'balancer has room',
    kept: { instanceCores: null, work: { balancerCpuMicros: 949_000 } },
    broken: { instanceCores: null, work: { balancerCpuMicros: 951_000 } },
  },
  {
    name: 'U ≤ 1',
    kept: { work: { instanceCpuMicros: 200_000 * (1.04 + period(0.1)) } },
    broken: { work: { instanceCpuMicros: 200_000 * (1.06 + period(0.1)) } },
  },
  {
    name: 'U ≤ 1',
    kept: { storeCores: 0.01, work: { storeCpuMicros: 10_000 * (1.04 + period(0.01)) } },
    broken: { storeCores: 0.01, work: { storeCpuMicros: 10_000 * (1.06 + period(0.01)) } },
  },
];

t.test('a round that adds up passes every check', async (t) => {
  t.same(failedIn(SOUND), []);
  const elsewhere = { instanceCpuMicros: 50_000, balancerCpuMicros: 990_000 };
  t.same(failedIn(changed({ generatorCpuMicros: 1_200_000, work: elsewhere })), [], 'held back elsewhere: a bound');
  t.same(failedIn(changed({ instanceCores: null, work: { instanceCpuMicros: 1_900_000 } })), [], 'without slices');
});

for (const { name, kept, broken } of CASES) {
  t.test(`${name}: ${JSON.stringify(broken).slice(0, 60)}`, async (t) => {
    t.same(failedIn(changed(kept)), []);
    t.same(failedIn(changed(broken)), [name]);
  });
}

t.test('a round in which nothing was answered fails, and every detail is a number', async (t) => {
  const checks = checkSaturation(
    changed({
      sent: 0,
      answered: 0,
      steady: { statuses: {}, latency: timesOf(0, 0) },
      work: { instanceRequests: 0, instanceCpuMicros: 0, serving: 0 },
    }),
  );
  t.same(
    checks.flatMap(({ name, ok }) => (ok ? [] : name)),
    ['enough requests', 'sent = answered + failed'],
  );
  t.notOk(checks.some(({ detail }) => /NaN|Infinity/.test(detail)));
});

t.test('an idle round is one in which nobody asks', async (t) => {
  const idle = (work: Partial<Work>) => checkIdle(changed({ work: { balancerRequests: 0, ...work } }));
  t.match(idle({}), [{ ok: true }]);
  t.match(idle({ balancerRequests: 1 }), [{ name: 'nobody else asks', ok: false }]);
});
