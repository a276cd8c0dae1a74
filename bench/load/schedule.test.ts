import t from 'tap';
import { createRandom } from '../stats/prng.js';
import { createSchedule, createZipf, takePart } from './schedule.js';

const poisson = { rateRps: 500, durationMs: 20_000, arrivals: 'poisson', identities: 1000 } as const;

t.test('the same seed gives the same schedule and another seed another one', async (t) => {
  const [one, again, other] = [1, 1, 2].map((seed) => createSchedule(poisson, seed));
  t.equal(one?.atMs.join(), again?.atMs.join());
  t.equal(one?.identity.join(), again?.identity.join());
  t.not(one?.atMs.join(), other?.atMs.join());
  t.not(one?.identity.join(), other?.identity.join());
});

t.test('an even schedule has exactly rate times duration arrivals at equal distances', async (t) => {
  const { atMs } = createSchedule({ ...poisson, arrivals: 'even', rateRps: 3, durationMs: 2000 }, 1);
  t.same([...atMs].map(Math.round), [0, 333, 667, 1000, 1333, 1667]);
});

t.test('Poisson arrivals keep their rate, and their gaps are exponential', async (t) => {
  const { atMs, identity } = createSchedule(poisson, 1);
  // Five standard deviations of a Poisson count of 10,000.
  t.ok(Math.abs(atMs.length - 10_000) < 5 * 100);
  t.equal(identity.length, atMs.length);
  t.ok((atMs.at(-1) ?? Number.NaN) < 20_000);
  const gaps = atMs.slice(1).map((at, i) => at - (atMs[i] ?? 0));
  t.ok(gaps.every((gap) => gap >= 0));
  const longerThanMean = gaps.filter((gap) => gap > 2).length / gaps.length;
  t.ok(Math.abs(longerThanMean - Math.exp(-1)) < 0.025);
});

t.test('parts hold every arrival once', async (t) => {
  const whole = createSchedule(poisson, 1);
  const parts = [0, 1, 2].map((part) => takePart(whole, part, 3));
  t.equal(
    Float64Array.from(parts.flatMap(({ atMs }) => [...atMs]))
      .sort()
      .join(),
    whole.atMs.join(),
  );
  t.equal(parts[1]?.identity[0], whole.identity[1]);
});

t.test('identities are drawn evenly, or by Zipf, every one of them', async (t) => {
  const counts = (exponent: number) => {
    const draw = createZipf(4, exponent, createRandom(1, 'zipf'));
    const drawn = [0, 0, 0, 0];
    for (let i = 0; i < 25_000; i++) {
      const rank = draw();
      drawn[rank] = (drawn[rank] ?? 0) + 1;
    }
    return drawn;
  };
  for (const count of counts(0)) t.ok(Math.abs(count - 6250) < 350);
  // 1 : 1/2 : 1/3 : 1/4 of 25,000.
  t.ok(counts(1).every((count, rank) => Math.abs(count - 12_000 / (rank + 1)) < 400));
});
