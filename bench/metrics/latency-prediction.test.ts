import t from 'tap';
import type { Factors, OfferedLoadRound, Round } from '../contract.js';
import { Histogram } from '../load/histogram.js';
import { costAt, simulateRound } from '../model/sliced-queue.js';
import { createRandom } from '../stats/prng.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { TRUTH } from '../testing/truth.js';
import { latencyByPredicted, predictedLatencyMs } from './latency-prediction.js';
import { offeredLoad, type Quantity, saturation } from './quantity.js';

const COST = saturation({ slices: 'none', connections: 32 });
const LOADS = offeredLoad({ users: 200 });
const LOAD: Factors = { strategy: 'jwt', instances: 2, load: 0.8 };
const cell = { measurement: LOADS, factors: LOAD };
const straight = (connections: number): Factors => ({ strategy: 'jwt', instances: 1, connections, straight: true });
const COSTS = [{ strategy: 'jwt', instances: 1 }, straight(1), straight(32), { strategy: 'idle' }];

const truth = { noise: 0 };
const costs = roundsOf(COST, COSTS, { truth });
const loads = roundsOf(LOADS, [LOAD], { truth, sweeps: 40 }) as OfferedLoadRound[];
const estimate = (quantity: Quantity, rounds: readonly Round[]) => quantity.estimate(evidenceIn(rounds), options());

/** Rounds whose latencies are those of instances that spend so much on a request. */
function queueing(micros: number): OfferedLoadRound[] {
  const random = createRandom(11, 'latencies');
  return loads.map((round) => {
    const histogram = new Histogram();
    const queue = {
      arrivalsPerSecond: round.offeredRps,
      roundMs: (1000 * round.scheduled) / round.offeredRps,
      instances: 2,
      quotaMicros: 50_000 * (TRUTH.instanceCores - TRUTH.idleMicrosPerSecond / 1e6),
      periodMicros: 50_000,
      demandMicros: () => micros,
      elsewhereMicros: TRUTH.balancerMicros,
    };
    for (const ms of simulateRound(queue, random)) histogram.record(1000 * ms);
    return { ...round, latency: histogram.encode() };
  });
}

t.test('where instances cost on slices what they do on whole cores the prediction holds', async (t) => {
  for (const percent of [50, 99] as const) {
    const { value } = estimate(latencyByPredicted(percent, cell, COST), [...costs, ...queueing(60)]);
    t.ok(value > 0.8 && value < 1.25, `p${percent}: ${value}`);
  }
});

t.test('where a request costs more on slices it is seen to be off', async (t) => {
  const { low } = estimate(latencyByPredicted(99, cell, COST), [...costs, ...queueing(90)]);
  t.ok(low > 1.5, `${low}`);
});

t.test('measured latencies have no part in it', async (t) => {
  const predicted = predictedLatencyMs(99, cell, COST);
  const [slow, fast] = [queueing(90), queueing(30)].map((rounds) => estimate(predicted, [...costs, ...rounds]));
  t.same(slow, fast);
});

t.test('a request that comes alone costs what it does alone, in a crowd what it does in a crowd', async (t) => {
  const alone = { ...TRUTH.instanceMicros, jwt: 240 };
  const dear = roundsOf(COST, [straight(1)], { truth: { ...truth, instanceMicros: alone } });
  const mixed = [...costs.filter(({ factors }) => factors.connections !== 1), ...dear];
  const idleLoad = { ...LOAD, load: 0.01 };
  const few = roundsOf(LOADS, [idleLoad], { truth });
  const p50 = (rounds: readonly Round[]) =>
    estimate(predictedLatencyMs(50, { measurement: LOADS, factors: idleLoad }, COST), [...rounds, ...few]).value;
  t.ok(Math.abs(p50(costs) - 0.1) < 0.003, `${p50(costs)}`);
  t.ok(Math.abs(p50(mixed) - 0.28) < 0.003, `${p50(mixed)}`);
  t.equal(costAt({ few: { connections: 1, micros: 240 }, many: { connections: 32, micros: 60 } }, 1), 240);
});

t.test('the interval is what the intervals of the costs make of it', async (t) => {
  const noisy = roundsOf(COST, COSTS, { truth: { noise: 0.2 } });
  const [narrow, wide] = [costs, noisy].map((rounds) =>
    estimate(predictedLatencyMs(99, cell, COST), [...rounds, ...loads]),
  );
  t.ok(wide && narrow && wide.high - wide.low > 2 * (narrow.high - narrow.low));
  t.ok(wide && wide.low <= wide.value && wide.value <= wide.high);
  t.equal(wide?.n, 8);
});

t.test('without the periods of the slices nothing is predicted, and a bound stays one', async (t) => {
  const before = loads.map(({ slicePeriodMs: _, ...round }) => round);
  t.throws(() => estimate(predictedLatencyMs(99, cell, COST), [...costs, ...before]), RangeError);
  const givenUp = loads.map((round) => ({ ...round, failures: { timeout: round.scheduled } }));
  t.equal(estimate(latencyByPredicted(99, cell, COST), [...costs, ...givenUp]).bound, 'at least');
});
