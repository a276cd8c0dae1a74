import t from 'tap';
import { createRandom, exponential, shuffle, uniformInt, xoshiro128 } from './prng.js';

t.test('the generator gives the published sequence of xoshiro128**', async (t) => {
  const next = xoshiro128(Uint32Array.of(1, 2, 3, 4));
  t.same(Array.from({ length: 6 }, next), [11520, 0, 5927040, 70819200, 2031721883, 1637235492]);
});

t.test('the same seed and label repeat, another seed or label does not', async (t) => {
  const draw = (seed: number, label: string) => Array.from({ length: 20 }, createRandom(seed, label));
  t.same(draw(1, 'plan'), draw(1, 'plan'));
  t.notSame(draw(1, 'plan'), draw(2, 'plan'));
  t.notSame(draw(1, 'plan'), draw(1, 'plam'));
});

t.test('draws are uniform, neighbouring seeds are uncorrelated, exponential gaps have their mean', async (t) => {
  const n = 50_000;
  const [one, two] = [createRandom(7, 'x'), createRandom(8, 'x')];
  const pairs = Array.from({ length: n }, () => ({ x: one(), y: two() }));
  const mean = pairs.reduce((sum, { x }) => sum + x, 0) / n;
  const covariance = pairs.reduce((sum, { x, y }) => sum + (x - 0.5) * (y - 0.5), 0) / n;
  // Five standard errors: 1 / sqrt(12 n) for the mean, 1 / (12 sqrt n) for the covariance.
  t.ok(Math.abs(mean - 0.5) < 5 / Math.sqrt(12 * n));
  t.ok(Math.abs(covariance) < 5 / (12 * Math.sqrt(n)));
  const gaps = Array.from({ length: n }, () => exponential(one, 20));
  t.ok(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / n - 20) < (5 * 20) / Math.sqrt(n));
});

t.test('uniformInt and shuffle favour no value and no order', async (t) => {
  const random = createRandom(3, 'orders');
  const faces = new Map<number, number>();
  for (let i = 0; i < 6000; i++) {
    const face = uniformInt(random, 6);
    faces.set(face, (faces.get(face) ?? 0) + 1);
  }
  t.same([...faces.keys()].sort(), [0, 1, 2, 3, 4, 5]);
  t.ok(chiSquare([...faces.values()], 1000) < 20.5, 'chi-square, 5 degrees of freedom, 0.1 %');

  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle(['a', 'b', 'c'], random).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  t.equal(orders.size, 6);
  t.ok(chiSquare([...orders.values()], 1000) < 20.5);
});

function chiSquare(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
