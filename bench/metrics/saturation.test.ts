import t from 'tap';
import type { Factors, Round, SaturationRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { TRUTH } from '../testing/truth.js';
import {
  boundRps,
  cpuMicrosPerRequest,
  cpuRatio,
  instanceCpuRatioToNone,
  instancesPerStore,
  measuredByPredicted,
  wholeCpuMicrosPerRequest,
  wholeCpuRatio,
} from './demands.js';
import { type Quantity, saturation } from './quantity.js';
import {
  capacityRps,
  recognisedRps,
  requestBytes,
  requestBytesRatio,
  speedup,
  storeUtilisation,
  tripsPerRequest,
} from './saturation.js';

const COST = saturation({ slices: 'none', connections: 32 });
const SLICES = saturation({ slices: 'instances', connections: 'fill' });
const STORE = saturation({ slices: 'instances and store', connections: 'fill' });

const at = (strategy: string, instances = 1): Factors => ({ strategy, instances });
const IDLE: Factors = { strategy: 'idle' };
const exact = { noise: 0 };
const close = (found: number, truth: number, within = 0.01) => Math.abs(found / truth - 1) < within;

const estimate = (quantity: Quantity, rounds: readonly Round[]) => quantity.estimate(evidenceIn(rounds), options());

t.test('demands are net of what parts spend without a request', async (t) => {
  for (const idleMicrosPerSecond of [0, 2_000, 50_000]) {
    const truth = { ...exact, idleMicrosPerSecond };
    const rounds = roundsOf(COST, [at('redis'), at('jwt'), IDLE], { truth });
    const demand = (tier: 'instance' | 'store' | 'balancer', strategy: string) =>
      estimate(cpuMicrosPerRequest(tier, COST, at(strategy)), rounds).value;
    t.ok(close(demand('instance', 'redis'), 55), `${demand('instance', 'redis')}`);
    t.ok(close(demand('instance', 'jwt'), 60));
    t.ok(close(demand('balancer', 'jwt'), 40));
    t.ok(close(demand('store', 'redis'), 2.2));
    t.ok(Math.abs(demand('store', 'jwt')) < 0.01);
    t.ok(close(estimate(instancesPerStore(COST, at('redis')), rounds).value, 25));
  }
});

t.test('what a session costs in the database counts, and where that cannot be read the whole is a bound', async (t) => {
  const cells = [at('postgres'), at('redis'), at('memory'), IDLE];
  const rounds = roundsOf(COST, cells, { truth: exact });
  const ratio = (of: string, base: string, from: readonly Round[]) =>
    estimate(wholeCpuRatio(COST, at(of), at(base)), from);
  t.ok(close(ratio('postgres', 'redis', rounds).value, (70 + 30) / (55 + 2.2)));
  t.ok(close(estimate(wholeCpuMicrosPerRequest(COST, at('postgres')), rounds).value, 100));
  const unread = rounds.map((round) => {
    const { steady, ...rest } = round as SaturationRound;
    return { ...rest, steady: { ...steady, work: { ...steady.work, databaseCpuMicros: null } } };
  });
  t.match(ratio('postgres', 'redis', unread), { bound: 'at least' });
  t.ok(close(ratio('postgres', 'redis', unread).value, 70 / (55 + 2.2)));
  t.match(ratio('redis', 'postgres', unread), { bound: 'at most' });
  t.equal(ratio('redis', 'memory', unread).bound, undefined, 'neither asks the database');
  t.match(estimate(wholeCpuMicrosPerRequest(COST, at('postgres')), unread), { bound: 'at least' });
});

t.test('idle CPU counts for every instance that served', async (t) => {
  const truth = { ...exact, idleMicrosPerSecond: 20_000 };
  const rounds = roundsOf(COST, [at('jwt', 4), IDLE], { truth });
  t.ok(close(estimate(cpuMicrosPerRequest('instance', COST, at('jwt', 4)), rounds).value, 60));
});

t.test('the windows of CPU and of requests may differ: what counts is the rate', async (t) => {
  const rounds = roundsOf(COST, [at('jwt'), IDLE], { truth: exact }).map((round) =>
    longerCpuWindow(round as SaturationRound),
  );
  t.ok(close(estimate(cpuMicrosPerRequest('instance', COST, at('jwt')), rounds).value, 60));
});

/** The CPU times were read later than the requests, after a quarter more of the same. */
function longerCpuWindow(round: SaturationRound): SaturationRound {
  const { work } = round.steady;
  const later = { ...work, cpuMs: 1.25 * work.cpuMs, instanceCpuMicros: 1.25 * work.instanceCpuMicros };
  return { ...round, steady: { ...round.steady, work: later } };
}

t.test('where the store spends no more than without requests, it is filled by no number of instances', async (t) => {
  const rounds = roundsOf(COST, [at('jwt'), IDLE], { truth: { ...exact, storeMicros: {} } });
  t.throws(() => estimate(instancesPerStore(COST, at('jwt')), rounds), RangeError);
});

t.test('speedup pairs rounds of a sweep: what slows all of a sweep cancels out', async (t) => {
  const rounds = roundsOf(SLICES, [at('jwt', 6), at('jwt', 1)], { truth: { noise: 0.02, idleMicrosPerSecond: 0 } });
  const slowed = rounds.map((round) => slowedBy(round as SaturationRound, 1 + (round.sweep % 4)));
  const quantity = speedup(SLICES, at('jwt', 6), at('jwt', 1));
  const { value, low, high, n } = estimate(quantity, slowed);
  t.ok(close(value, 6, 0.05) && low > 5.5 && high < 6.5, `${value} (${low} to ${high})`);
  t.equal(n, 8);
  const capacity = estimate(capacityRps(SLICES, at('jwt', 1)), slowed);
  t.ok(capacity.high / capacity.low > 2, 'the capacity itself is all over the place');
});

function slowedBy(round: SaturationRound, factor: number): SaturationRound {
  const { work } = round.steady;
  const slower = { ...work, instanceRequests: Math.round(work.instanceRequests / factor) };
  return { ...round, steady: { ...round.steady, work: slower } };
}

t.test('a sweep that one of two cells lacks is left out of both', async (t) => {
  const rounds = roundsOf(SLICES, [at('jwt', 4), at('jwt', 1)], { truth: exact });
  const lacking = rounds.filter(({ sweep, factors }) => (factors.instances === 4 ? sweep !== 0 : sweep < 6));
  const { value, n } = estimate(speedup(SLICES, at('jwt', 4), at('jwt', 1)), lacking);
  t.equal(n, 5);
  t.ok(close(value, 4));
  const disjoint = rounds.filter(({ sweep, factors }) => (factors.instances === 4 ? sweep < 4 : sweep >= 4));
  t.throws(() => estimate(speedup(SLICES, at('jwt', 4), at('jwt', 1)), disjoint), RangeError);
});

t.test('a refusal is no capacity', async (t) => {
  const rounds = roundsOf(SLICES, [at('memory', 4)], { truth: exact });
  const [recognised, all] = [recognisedRps, capacityRps].map(
    (of) => estimate(of(SLICES, at('memory', 4)), rounds).value,
  );
  t.ok(close((recognised ?? 0) / (all ?? 1), 1 / 4));
});

t.test('bytes and trips are per request, ratios between strategies', async (t) => {
  const rounds = roundsOf(COST, [at('redis'), at('jwt'), at('none'), IDLE], { truth: {} });
  t.ok(close(estimate(requestBytes(COST, at('jwt')), rounds).value, 450));
  t.ok(close(estimate(requestBytesRatio(COST, at('jwt'), at('redis')), rounds).value, 2.5));
  t.equal(estimate(tripsPerRequest('store', COST, at('redis')), rounds).value, 1);
  t.equal(estimate(tripsPerRequest('store', COST, at('jwt')), rounds).value, 0);
  t.ok(close(estimate(instanceCpuRatioToNone(COST, at('jwt'), at('none')), rounds).value, 3, 0.05));
});

t.test('the slice of a store, less its own work, is enough for as many requests as are measured', async (t) => {
  const truth = { ...exact, storeCores: 0.02, idleMicrosPerSecond: 4_000 };
  const throttled = { measurement: STORE, factors: at('redis', 6) };
  const rounds = [...roundsOf(STORE, [at('redis', 6)], { truth }), ...roundsOf(COST, [at('redis'), IDLE], { truth })];
  const bound = estimate(boundRps('store', throttled, { measurement: COST, factors: at('redis') }), rounds);
  t.ok(close(bound.value, (1e6 * 0.02 - 4_000) / 2.2), `${bound.value}`);
  t.ok(bound.low <= bound.value && bound.value <= bound.high);
  const used = estimate(storeUtilisation(STORE, at('redis', 6)), rounds);
  t.ok(close(used.value, 0.95) && used.high <= 1);
  t.ok(estimate(recognisedRps(STORE, at('redis', 6)), rounds).value <= bound.value);
  const whole = { measurement: SLICES, factors: at('redis', 6) };
  const unthrottled = [...rounds, ...roundsOf(SLICES, [at('redis', 6)], { truth })];
  t.throws(
    () => estimate(boundRps('store', whole, { measurement: COST, factors: at('redis') }), unthrottled),
    RangeError,
  );
});

t.test('what slices serve is held against what the cost on a whole core predicts', async (t) => {
  const truth = { ...exact, instanceCores: 0.1, idleMicrosPerSecond: 4_000 };
  const sliced = { measurement: SLICES, factors: at('jwt', 4) };
  const whole = { measurement: COST, factors: at('jwt') };
  const costs = roundsOf(COST, [at('jwt'), IDLE], { truth });
  const predicted = (of: number) =>
    estimate(measuredByPredicted('instance', sliced, whole), [
      ...costs,
      ...roundsOf(SLICES, [at('jwt', 4)], { truth: { ...truth, speedup: (_, instances) => of * instances } }),
    ]);
  // The simulated slices are used up to 95 %.
  t.ok(close(predicted(1).value, 0.95, 0.03), `${predicted(1).value}`);
  t.ok(close(predicted(0.5).value, 0.475, 0.03), 'a prediction that does not hold is seen to be off');
  t.ok(predicted(0.5).high < 0.6);
});

t.test('CPU of instance and store together, by that of another strategy', async (t) => {
  const truth = {
    ...exact,
    instanceMicros: { ...TRUTH.instanceMicros, redis: 58, jwt: 60 },
    storeMicros: { redis: 62 },
  };
  const rounds = roundsOf(COST, [at('redis'), at('jwt'), IDLE], { truth });
  const { value, low, high } = estimate(cpuRatio(COST, at('redis'), at('jwt')), rounds);
  t.ok(close(value, 2, 0.03) && low <= value && value <= high, `${value}`);
});

t.test('intervals contain the truth about as often as they promise', async (t) => {
  const quantity = cpuMicrosPerRequest('instance', COST, at('jwt'));
  const truth = { noise: 0.05, idleMicrosPerSecond: 0 };
  const hits = Array.from({ length: 60 }, (_, seed) => {
    const { low, high } = estimate(quantity, roundsOf(COST, [at('jwt'), IDLE], { truth, seed }));
    return low <= (TRUTH.instanceMicros.jwt ?? 0) && (TRUTH.instanceMicros.jwt ?? 0) <= high;
  }).filter(Boolean).length;
  t.ok(hits >= 51, `${hits} of 60 at nominal 95 %`);
});

t.test('a capacity that something else than the slices held back is a bound, and so is what rests on it', async (t) => {
  const rounds = roundsOf(SLICES, [at('jwt', 6), at('jwt')], { truth: exact }) as SaturationRound[];
  /** Instances that wait for a balancer that is used up. */
  const waiting = (instances: number) =>
    rounds.map((round) => {
      const { work } = round.steady;
      const idle = { ...work, instanceCpuMicros: 0.8 * work.instanceCpuMicros };
      return round.factors.instances === instances ? { ...round, steady: { ...round.steady, work: idle } } : round;
    });
  const grows = speedup(SLICES, at('jwt', 6), at('jwt'));
  t.equal(estimate(recognisedRps(SLICES, at('jwt', 6)), rounds).bound, undefined);
  t.equal(estimate(recognisedRps(SLICES, at('jwt', 6)), waiting(6)).bound, 'at least');
  t.equal(estimate(capacityRps(SLICES, at('jwt', 6)), waiting(6)).bound, 'at least');
  t.equal(estimate(grows, waiting(6)).bound, 'at least');
  t.equal(estimate(grows, waiting(1)).bound, 'at most');
  const cost = roundsOf(COST, [at('jwt'), IDLE], { truth: exact });
  const error = measuredByPredicted(
    'instance',
    { measurement: SLICES, factors: at('jwt', 6) },
    { measurement: COST, factors: at('jwt') },
  );
  t.equal(estimate(error, [...rounds, ...cost]).bound, undefined);
  t.equal(estimate(error, [...waiting(6), ...cost]).bound, 'at least');
});

t.test('a Redis whose slice is not used up did not hold back', async (t) => {
  const rounds = roundsOf(STORE, [at('redis', 6)], { truth: exact }) as SaturationRound[];
  const waiting = rounds.map((round) => ({ ...round, storeCores: 2 * (round.storeCores ?? 0) }));
  t.equal(estimate(recognisedRps(STORE, at('redis', 6)), rounds).bound, undefined);
  t.equal(estimate(recognisedRps(STORE, at('redis', 6)), waiting).bound, 'at least');
});
