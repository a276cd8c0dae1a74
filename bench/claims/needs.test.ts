import t from 'tap';
import type { Factors, Round } from '../contract.js';
import { sampleResults } from '../testing/sample-results.js';
import type { Truth } from '../testing/truth.js';
import { BUILT } from './index.js';
import { type Judgement, judge } from './judge.js';

function judged(id: string, truth: Partial<Truth>, more: Parameters<typeof sampleResults>[0] = {}): Judgement {
  const claim = BUILT.find((one) => one.id === id) as (typeof BUILT)[number];
  return judge(claim, sampleResults({ truth, ...more }));
}

/** Recognised, by the number of instances. */
const recognised =
  (two: number, four: number): Truth['recognised'] =>
  (_, instances) =>
    ({ 1: 1, 2: two, 4: four })[instances] ?? 1;

t.test('what is decided needs nothing', async (t) => {
  const decided = judged('mismatch', {});
  t.equal(decided.verdict, 'true');
  t.notOk('need' in decided);
});

t.test('of an open claim the cells that are open are measured more, until the next look', async (t) => {
  const { verdict, need, because } = judged('mismatch', { recognised: recognised(0.885, 0.5) });
  t.equal(verdict, 'inconclusive');
  t.match(need, { claim: 'mismatch', next: [{ cells: [{ strategy: 'memory', instances: 2 }], sweeps: 15 }] });
  t.equal(need?.next.length, 1);
  t.equal(need?.next[0]?.cells.length, 1);
  t.match(because, /about \d+ more minutes? of it would decide it$/);
});

t.test('the closer to its threshold, the longer it takes; too close is too close', async (t) => {
  const minutes = [0.88, 0.89, 0.9].map(
    (two) => judged('mismatch', { recognised: recognised(two, 0.5) }, { seed: 3 }).need?.minutes,
  );
  const [far, near] = minutes as [number, number | null];
  t.ok(near === null || near >= far, `${minutes}`);
  t.equal(minutes.at(-1), null);
  t.match(judged('mismatch', { recognised: recognised(0.9, 0.5) }, { seed: 3 }).because, /too close to call/);
});

t.test('after the last look there is no next', async (t) => {
  const of = ({ measurement, factors }: Round) => measurement.includes('act=page') && factors.instances === 2;
  const isWanted = (factors: Factors) => factors.strategy === 'memory';
  const results = sampleResults({ truth: { recognised: recognised(0.9, 0.5) } });
  const own = results.rounds.filter((round) => of(round) && isWanted(round.factors));
  const repeated = Array.from({ length: 8 }, (_, times) =>
    own.map((round) => ({ ...round, sweep: round.sweep + 100 * (times + 1) })),
  );
  const rounds = [...results.rounds.filter((round) => !own.includes(round)), ...repeated.flat()];
  const claim = BUILT.find(({ id }) => id === 'mismatch') as (typeof BUILT)[number];
  const { verdict, need } = judge(claim, { ...results, rounds });
  t.equal(verdict, 'inconclusive');
  t.match(need, { next: [], seconds: 0, minutes: null });
});

t.test('the same results need the same', async (t) => {
  const close = () => judged('mismatch', { recognised: recognised(0.89, 0.5) }).need;
  t.same(close(), close());
});
