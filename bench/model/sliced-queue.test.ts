import t from 'tap';
import { costAt, type SlicedQueue, simulateRound } from './sliced-queue.js';

/** As xoshiro would do, and small: Lehmer's generator. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const WHOLE: SlicedQueue = {
  arrivalsPerSecond: 500,
  roundMs: 200_000,
  instances: 1,
  quotaMicros: 50_000,
  periodMicros: 50_000,
  demandMicros: () => 1_000,
  elsewhereMicros: 0,
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

t.test('on a whole core it is the M/D/1 queue', async (t) => {
  // Pollaczek and Khinchine: the wait is ρ / (2 (1 − ρ)) services.
  for (const load of [0.3, 0.5, 0.8]) {
    const latencies = simulateRound({ ...WHOLE, arrivalsPerSecond: 1_000 * load }, randomOf(1));
    const expected = 1 + load / (2 * (1 - load));
    t.ok(Math.abs(mean(latencies) / expected - 1) < 0.05, `${mean(latencies)} at ${load}, ${expected} by theory`);
  }
});

t.test(
  'who comes when the slice is used up waits for the next period, and what was not used before is lost',
  async (t) => {
    const slice = { ...WHOLE, arrivalsPerSecond: 20, quotaMicros: 1_000, periodMicros: 50_000 };
    const latencies = simulateRound({ ...slice, demandMicros: () => 1_000 }, randomOf(2));
    t.ok((latencies.at(-1) ?? 0) > 50, 'more came than a period serves');
    const idle = simulateRound({ ...slice, arrivalsPerSecond: 0.1, demandMicros: () => 1_000 }, randomOf(2));
    t.ok(
      idle.every((ms) => ms > 0.999 && ms < 51),
      `${idle.at(-1)}`,
    );
    const twoPeriods = simulateRound({ ...slice, arrivalsPerSecond: 0.2, demandMicros: () => 1_500 }, randomOf(2));
    t.ok(mean(twoPeriods) > 15, 'a long quiet time saves nothing up');
  },
);

t.test('instances share the arrivals in turn, and every one is answered', async (t) => {
  const [one, two] = [1, 2].map((instances) =>
    simulateRound({ ...WHOLE, roundMs: 20_000, arrivalsPerSecond: 900, instances }, randomOf(4)),
  );
  t.ok(mean(two ?? []) < mean(one ?? []) / 2);
  t.ok(Math.abs((two?.length ?? 0) / 18_000 - 1) < 0.03);
  const away = simulateRound({ ...WHOLE, roundMs: 1_000, elsewhereMicros: 3_000 }, randomOf(5));
  t.ok((away[0] ?? 0) >= 4);
});

t.test('a request that many wait behind may cost less than one that comes alone', async (t) => {
  const at = (demandMicros: SlicedQueue['demandMicros']) =>
    mean(simulateRound({ ...WHOLE, arrivalsPerSecond: 900, roundMs: 20_000, demandMicros }, randomOf(6)));
  t.ok(at((present) => (present > 1 ? 500 : 1_000)) < at(() => 1_000) / 2);
});

t.test('the same chance gives the same round', async (t) => {
  const round = () => simulateRound({ ...WHOLE, roundMs: 1_000 }, randomOf(7));
  t.same(round(), round());
});

t.test('a cost between two that were measured is a power of the number under way', async (t) => {
  const curve = { few: { connections: 1, micros: 256 }, many: { connections: 32, micros: 8 } };
  t.equal(costAt(curve, 1), 256);
  t.equal(costAt(curve, 32), 8);
  t.equal(Math.round(costAt(curve, 4)), 64);
  t.equal(costAt(curve, 500), 8, 'beyond, nothing is known to change');
});
