import t from 'tap';
import type { Quantity } from '../metrics/quantity.js';
import { atMost, happens, never, nothing } from './counted.js';

const quantity = (label: string): Quantity => ({
  metric: label,
  label,
  unit: 'share',
  factors: { strategy: label },
  cells: [],
  estimate: () => ({ value: 0, low: 0, high: 0, n: 1, unit: 'share' }),
  perRound: () => [],
});
const [a, b] = ['a', 'b'].map((name) => ({ name, quantity: quantity(name) })) as [
  Parameters<typeof never>[0][number],
  Parameters<typeof never>[0][number],
];
const found = (value: number, n: number) => ({ value, low: 0, high: Math.max(value, 0.01), n, unit: 'share' });

t.test('one case shows that it happens, and only enough of them that it does not', async (t) => {
  const rule = never([a, b], { least: 100 });
  const decide = (...values: [number, number][]) => rule.decide(values.map(([value, n]) => found(value, n)));
  t.match(decide([0, 100], [0, 400]), { verdict: 'true', because: 'a: none of 100 with a; b: none of 400 with b' });
  t.match(decide([0, 100], [0.01, 3]), { verdict: 'false', because: /^b 1\.0 % .* with b$/ });
  t.match(decide([0, 99], [0, 400]), {
    verdict: 'inconclusive',
    because: 'only 99 with a was tried, and 100 cases are needed',
  });
  t.same(rule.thresholds, [[], []], 'no interval decides');
  const alike = never([a, { ...a, name: 'c' }], { least: 100 });
  t.match(alike.decide([found(0, 100), found(0, 400)]), { because: 'a: none of 100 with a and 400 with c' });
});

t.test('it happens with all, with none, or with some', async (t) => {
  const rule = happens([a, b], { least: 100, doing: 'it comes back' });
  const decide = (...values: [number, number][]) => rule.decide(values.map(([value, n]) => found(value, n)));
  t.match(decide([0.5, 10], [0.01, 100]), { verdict: 'true' });
  t.match(decide([0, 100], [0, 100]), { verdict: 'false' });
  t.match(decide([0.5, 10], [0, 100]), { verdict: 'depends', because: /^it comes back with a, not with b: a 50/ });
  t.match(decide([0.5, 10], [0, 99]), { verdict: 'inconclusive' });
});

t.test('nothing happens, or it depends on what does; too few are open', async (t) => {
  const rule = nothing([a, b], { least: 20, happening: 'what is lost' });
  const decide = (...values: [number, number][]) => rule.decide(values.map(([value, n]) => found(value, n)));
  t.match(decide([0, 20], [0, 20]), { verdict: 'true', because: 'a: none of 20 with a; b: none of 20 with b' });
  t.match(decide([0, 20], [0.05, 20]), { verdict: 'depends', because: /^b 5 % .* with b$/ });
  t.match(decide([0.1, 10], [0, 10]), { verdict: 'inconclusive', because: /^only 10 with b/ });
  t.same(
    [rule.thresholds, rule.leasts],
    [
      [[], []],
      [20, 20],
    ],
  );
});

t.test('a number that is counted is at most so high, or higher', async (t) => {
  const rule = atMost(a, 1);
  t.match(rule.decide([found(1, 3)]), { verdict: 'true', because: 'a 100 % with a, at most 1' });
  t.match(rule.decide([found(1.01, 3)]), { verdict: 'false', because: 'a 101 % with a, more than 1' });
  t.same(rule.thresholds, [[]], 'no interval decides');
});
