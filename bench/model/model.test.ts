import t from 'tap';
import { demandAt, findBottleneck, scalesUpTo, type Tier, utilization } from './demands.js';
import { DEFAULT_INPUTS, project, type StrategyCosts } from './projection.js';
import {
  describeScaling,
  evaluateLaw,
  fitLaw,
  type IntervalOver,
  type Point,
  type ScalabilityLaw,
} from './scalability-law.js';

/** Park and Miller's generator: enough for examples, and the model imports nothing. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const instance: Tier = { name: 'instance', cores: 0.1, demandMicros: 40 };
const others: Tier[] = [
  { name: 'balancer', cores: 1, demandMicros: 25 },
  { name: 'store', cores: 1, demandMicros: 50 },
];

t.test('the tier with the fewest cores per demand is the bottleneck and bounds the throughput', async (t) => {
  t.same(findBottleneck([instance, ...others]), { tier: 'instance', capacityRps: 2500 });
  const boundOf = (count: number) => findBottleneck([{ ...instance, cores: count * instance.cores }, ...others]);
  t.same(boundOf(4), { tier: 'instance', capacityRps: 10_000 });
  t.same(boundOf(16), { tier: 'store', capacityRps: 20_000 });
  t.equal(scalesUpTo(instance, others), 8);
  t.equal(scalesUpTo(instance, []), Number.POSITIVE_INFINITY);
  t.equal(utilization(instance, 1250), 0.5);
  t.throws(() => findBottleneck([]), RangeError);
});

t.test('a demand follows its level and a slope that all workloads share', async (t) => {
  const points = (workload: string, demands: Readonly<Record<number, number>>) =>
    Object.entries(demands).map(([at, demandMicros]) => ({ workload, at: Number(at), demandMicros }));
  const token = points('token', { 1: 40, 2: 42, 4: 46 });
  const session = points('session', { 1: 70, 2: 72, 4: 76, 6: 80 });
  t.equal(demandAt(token, { workload: 'token', at: 6 }), 50);
  t.equal(demandAt(token, { workload: 'token', at: 3 }), 44);
  t.equal(demandAt([...token, ...session], { workload: 'token', at: 6 }), 50);
  t.equal(demandAt([...token.slice(0, 1), ...session], { workload: 'token', at: 6 }), 50, 'the slope of others');
  t.equal(demandAt(token.slice(0, 1), { workload: 'token', at: 6 }), 40, 'one point alone is constant');
  t.equal(demandAt(points('token', { 1: 9, 2: 3 }), { workload: 'token', at: 4 }), 0, 'never below nothing');
  const noisy = points('token', { 1: 45, 2: 40, 4: 40 });
  t.ok(demandAt(noisy, { workload: 'token', at: 6 }) < 38, 'a slope of its own follows its noise');
  t.ok(demandAt([...noisy, ...session], { workload: 'token', at: 6 }) > 45, 'others steady it');
  t.throws(() => demandAt(session, { workload: 'token', at: 6 }), RangeError);
});

const curve = (sizes: readonly number[], throughput: (n: number) => number): Point[] =>
  sizes.map((instances) => ({ instances, throughputRps: throughput(instances) }));

t.test('the scalability law is recovered from the published points', async (t) => {
  const published = [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557];
  const { alpha, beta, gamma } = fitLaw(
    [1, 2, 4, 6, 8, 10].map((instances, i) => ({ instances, throughputRps: published[i] ?? 0 })),
  );
  t.same(
    [alpha, beta, gamma].map((value) => value.toFixed(4)),
    ['0.0200', '0.0200', '1.0000'],
  );
});

t.test('the fit finds any law from its own points, at any scale', async (t) => {
  const random = createRandom(21);
  for (let i = 0; i < 50; i++) {
    const law = { alpha: 0.3 * random(), beta: 0.03 * random(), gamma: 10 ** (4 * random()) };
    const found = fitLaw(curve([1, 2, 3, 4, 6, 8], (n) => evaluateLaw(law, n)));
    const apart = Math.max(
      Math.abs(found.alpha - law.alpha),
      Math.abs(found.beta - law.beta),
      Math.abs(found.gamma / law.gamma - 1),
    );
    if (apart > 1e-4) t.fail(`${JSON.stringify(law)} found as ${JSON.stringify(found)}`);
  }
  const linear = fitLaw(curve([1, 2, 4, 6], (n) => 1116 * n));
  t.ok(linear.alpha < 1e-6 && linear.beta < 1e-6 && Math.abs(linear.gamma - 1116) < 0.01, 'linear scaling has no loss');
});

t.test(
  'where noise bends the curve upwards the best fit lies on the border, and no law nearby fits better',
  async (t) => {
    const random = createRandom(23);
    const errorOf = (law: ScalabilityLaw, points: readonly Point[]) =>
      points.reduce((sum, { instances, throughputRps }) => sum + (evaluateLaw(law, instances) - throughputRps) ** 2, 0);
    for (let i = 0; i < 30; i++) {
      const truth = { alpha: i % 2 === 0 ? 0 : 0.05, beta: i % 3 === 0 ? 0 : 0.005, gamma: 1 };
      const points = curve([1, 2, 4, 6, 8], (n) => evaluateLaw(truth, n) * (1 + 0.1 * (random() - 0.5)));
      const found = fitLaw(points);
      t.ok(found.alpha >= 0 && found.beta >= 0);
      const best = errorOf(found, points) * (1 + 1e-6);
      const steps = [
        { alpha: 1e-3, beta: 0, gamma: 0 },
        { alpha: 0, beta: 1e-4, gamma: 0 },
        { alpha: 0, beta: 0, gamma: 1e-3 },
        { alpha: 1e-3, beta: -1e-4, gamma: 0 },
        { alpha: -1e-3, beta: 1e-4, gamma: 0 },
        { alpha: -1e-3, beta: 0, gamma: -1e-3 },
      ];
      for (const step of steps) {
        const nearby = {
          alpha: Math.max(0, found.alpha + step.alpha),
          beta: Math.max(0, found.beta + step.beta),
          gamma: found.gamma + step.gamma,
        };
        if (errorOf(nearby, points) < best) t.fail(`${JSON.stringify(nearby)} is better than ${JSON.stringify(found)}`);
      }
    }
  },
);

t.test('the law comes with intervals, or with the reason why it cannot be told', async (t) => {
  const random = createRandom(22);
  const intervalOver: IntervalOver = (rounds, statistic) => {
    const resample = () => rounds.map(() => rounds[Math.floor(random() * rounds.length)] ?? []);
    const replicates = Array.from({ length: 100 }, () => statistic(resample()));
    const [least, most] = [Math.min(...replicates), Math.max(...replicates)];
    return { low: 2 * least - most, high: 2 * most - least };
  };
  const law = { alpha: 0.05, beta: 0.01, gamma: 1000 };
  const rounds = (sizes: readonly number[], noise: number) =>
    Array.from({ length: 5 }, () => curve(sizes, (n) => evaluateLaw(law, n) * (1 + noise * (random() - 0.5))));

  const fit = describeScaling(rounds([1, 2, 4, 6, 8], 0.02), intervalOver);
  if (!fit.identifiable) throw new Error(fit.because);
  for (const parameter of ['alpha', 'beta', 'gamma'] as const) {
    const { low, high } = fit.intervals[parameter];
    t.ok(low < law[parameter] && law[parameter] < high, `${parameter} in ${low} to ${high}`);
    t.ok(low < fit.law[parameter] && fit.law[parameter] < high);
  }
  t.match(describeScaling(rounds([1, 2, 4], 0), intervalOver), {
    identifiable: false,
    because: /at least 4 sizes, not 3/,
  });
  t.match(describeScaling(rounds([1, 2, 3, 4], 0.8), intervalOver), {
    identifiable: false,
    because: /differ too much/,
  });
});

const sessions: StrategyCosts = {
  instanceCpuMicros: 36,
  balancerCpuMicros: 28,
  storeCpuMicros: 2,
  loginCpuMicros: 25_000,
  requestBytes: 250,
  responseBytes: 350,
  sessionStoreBytes: 400,
  sessionInstanceBytes: 0,
};

t.test('a projection is in proportion to the measured costs', async (t) => {
  const inputs = { ...DEFAULT_INPUTS, requestsPerUserHour: 36, sessionHours: 10, targetUtilization: 0.5 };
  // 10^6 users: 10,000 requests/s take 0.36 cores and 27.8 logins/s take 0.69, each instance giving half a core.
  const projection = project(sessions, inputs, 1e6);
  t.match(projection, { requestsPerSecond: 10_000, instances: 3, balancers: 1, stores: 1, storeMemoryBytes: 4e8 });
  t.equal(Math.round(projection.loginsPerSecond), 28);
  t.equal(Math.round(projection.networkBitsPerSecond), 48_000_000);
  // Half a balancer core at 28 us is 17,857 requests/s.
  t.same(projection.firstToGiveOut, { tier: 'balancer', atUsers: 1_785_714 });
});

t.test('what a strategy keeps decides which tier gives out first', async (t) => {
  const fat = { ...sessions, sessionStoreBytes: 100_000 };
  t.equal(project(fat, DEFAULT_INPUTS, 1e4).firstToGiveOut.tier, 'store memory');
  const chatty = { ...sessions, responseBytes: 1_000_000 };
  t.equal(project(chatty, DEFAULT_INPUTS, 1e4).firstToGiveOut.tier, 'network');
  const token = { ...sessions, storeCpuMicros: 0, sessionStoreBytes: 0 };
  t.match(project(token, DEFAULT_INPUTS, 1e9), { stores: 0, storeMemoryBytes: 0 });
  const inMemory = { ...token, sessionInstanceBytes: 100_000 };
  t.ok(project(inMemory, DEFAULT_INPUTS, 1e6).instances > project(token, DEFAULT_INPUTS, 1e6).instances);
});

t.test('more users never take less, and the source of the function is enough to run it', async (t) => {
  const carried: typeof project = new Function(`return ${project}`)();
  let previous = 0;
  for (let power = 4; power <= 9; power++) {
    const projection = project(sessions, DEFAULT_INPUTS, 10 ** power);
    t.same(carried(sessions, DEFAULT_INPUTS, 10 ** power), projection);
    t.ok(projection.instances >= previous);
    previous = projection.instances;
  }
});
