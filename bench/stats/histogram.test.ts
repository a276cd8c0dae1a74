import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import t from 'tap';
import { decodeTimes, meanMs, quantileMs } from './histogram.js';
import { createRandom, type Random } from './prng.js';

/** The least value that a share `p` of all does not exceed. */
function quantileOf(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
}

function encode(micros: readonly number[]): string {
  const histogram = build({ highestTrackableValue: 3_600_000_000, bitBucketSize: 32 });
  for (const value of micros) histogram.recordValue(Math.round(value));
  return encodeIntoCompressedBase64(histogram);
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Median 1 ms and sigma 0.5, times what all of the round have in common. */
function drawRound(random: Random, { size, spread }: { readonly size: number; readonly spread: number }): number[] {
  const level = 1_000 * Math.exp(spread * normal(random));
  return Array.from({ length: size }, () => level * Math.exp(0.5 * normal(random)));
}

t.test('quantiles and mean are those of the sorted times, to three significant digits', async (t) => {
  const random = createRandom(1, 'histogram');
  for (const size of [1, 2, 3, 10, 999, 3_000]) {
    const values = drawRound(random, { size, spread: 0 });
    const times = decodeTimes(encode(values));
    t.equal(
      times.counts.reduce((sum, count) => sum + count, 0),
      size,
    );
    for (const p of [0.01, 0.25, 0.5, 0.9, 0.99, 1]) {
      const [found, truth] = [quantileMs(times, p), quantileOf(values, p) / 1000];
      t.ok(Math.abs(found / truth - 1) < 0.002, `${p} of ${size}: ${found} for ${truth}`);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / size / 1000;
    t.ok(Math.abs(meanMs(times) / mean - 1) < 0.002);
  }
});

t.test('times in few and many units are ascending', async (t) => {
  const { micros, counts } = decodeTimes(encode([5, 1, 1, 3_599_999_999, 70_000, 1]));
  t.same(counts, [3, 1, 1, 1]);
  t.same(micros.slice(0, 2), [1, 5]);
  t.ok(micros.every((value, at) => at === 0 || value > (micros[at - 1] ?? 0)));
});

t.test('where nothing was recorded there is no time', async (t) => {
  const nothing = decodeTimes(encode([]));
  t.same(nothing, { micros: [], counts: [] });
  t.equal(quantileMs(nothing, 0.99), 0);
  t.equal(meanMs(nothing), 0);
});
