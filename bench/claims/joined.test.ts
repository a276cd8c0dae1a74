import t from 'tap';
import type { Quantity } from '../metrics/quantity.js';
import type { Estimate } from '../stats/estimate.js';
import { alike, jointly } from './joined.js';
import { all, below, type Rule } from './rules.js';

const quantity = (label: string): Quantity => ({
  metric: label,
  label,
  unit: 'ratio',
  factors: { strategy: label },
  cells: [],
  estimate: () => ({ value: 0, low: 0, high: 0, n: 1, unit: 'ratio' }),
  perRound: () => [],
});
const between = (low: number, high: number, bound?: Estimate['bound']): Estimate => ({
  value: (low + high) / 2,
  low,
  high,
  n: 9,
  unit: 'ratio',
  ...(bound && { bound }),
});
const cost = alike(quantity('cost'), { low: 0.8, high: 1.25, below: 'cheaper', above: 'dearer' });

t.test('what lies within the margin is a tie, what lies outside depends on the side', async (t) => {
  t.match(cost.decide([between(0.9, 1.1)]), { verdict: 'true', because: /^a tie: cost .* within 0.8 to 1.25$/ });
  t.match(cost.decide([between(0.5, 0.7)]), { verdict: 'depends', because: /^cheaper: .* below 0.8$/ });
  t.match(cost.decide([between(1.3, 1.7)]), { verdict: 'depends', because: /^dearer: .* above 1.25$/ });
  t.match(cost.decide([between(0.7, 0.9)]), { verdict: 'inconclusive', because: /contains 0.8$/ });
  t.match(cost.decide([between(1.1, 1.3)]), { verdict: 'inconclusive', because: /contains 1.25$/ });
  t.match(cost.decide([between(0.7, 1.3)]), { verdict: 'inconclusive' });
  t.match(cost.decide([between(0.9, 1.1, 'at least')]), { verdict: 'inconclusive', because: /cut off/ });
  t.same(cost.thresholds, [[0.8, 1.25]]);
});

t.test('rules together are true where all are, and what decides more is said first', async (t) => {
  const window = all([below(quantity('a'), 0.1), below(quantity('b'), 0.1)]);
  const both = jointly([window, cost]);
  t.same(
    both.quantities.map(({ label }) => label),
    ['a', 'b', 'cost'],
  );
  t.same(both.thresholds, [[0.1], [0.1], [0.8, 1.25]]);
  const [closed, open, unclear] = [between(0, 0.01), between(5, 6), between(0, 1)];
  const [tie, dear, wide] = [between(0.9, 1.1), between(1.3, 1.7), between(0.7, 1.3)];
  const decide = (...estimates: Estimate[]) => both.decide(estimates);
  t.match(decide(closed, closed, tie), { verdict: 'true', because: /^a .*below 0.1.*; a tie/ });
  t.match(decide(closed, open, tie), { verdict: 'false', because: /^b / });
  t.match(decide(closed, open, wide), { verdict: 'false' }, 'one that is false settles it');
  t.match(decide(closed, unclear, dear), { verdict: 'inconclusive', because: /contains 0.1/ });
  t.match(decide(closed, closed, dear), { verdict: 'depends', because: /^dearer/ });
  t.match(decide(closed, closed, wide), { verdict: 'inconclusive' });
  t.equal(jointly([] as readonly Rule[]).decide([]).verdict, 'inconclusive');
});
