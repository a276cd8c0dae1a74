import t from 'tap';
import { type JudgedEstimate, judge, judgeAll } from '../claims/judge.js';
import { tokenBytes } from '../claims/token-bytes.js';
import { sampleResults } from '../testing/sample-results.js';
import { curvesDrawing } from './charts/curves.js';
import { drawSvg } from './charts/svg.js';
import { buildCostCurves, buildReach } from './curve-view.js';

const { estimates } = judge(tokenBytes, sampleResults());

t.test('Costs straight at an instance are curves, a strategy each, by ascending connections.', async (t) => {
  const view = buildCostCurves(estimates);
  t.same(view?.xs, [1, 8, 32, 128]);
  const found = Object.fromEntries(
    view?.curves.map(({ strategy, points }) => [strategy, points.map(({ x }) => x)]) ?? [],
  );
  const all = [1, 8, 32, 128];
  t.same(found, { redis: all, jwt: all, none: all, memory: all, sticky: [32] });
  for (const { low, value, high, perRound } of view?.curves.flatMap(({ points }) => points) ?? []) {
    t.ok(low <= value && value <= high);
    t.equal(perRound.length, 8);
  }
});

t.test('With one number of connections, or none, there is no curve.', async (t) => {
  t.equal(buildCostCurves([]), null);
  t.equal(buildCostCurves(estimates.filter(({ factors }) => factors.connections === 32)), null);
  t.equal(buildCostCurves(estimates.filter(({ factors }) => factors.straight !== true)), null);
});

/** Redis against tokens: intervals by the number of connections. */
function ranking(intervals: Readonly<Record<number, readonly [low: number, high: number]>>): string {
  const costs = estimates.filter(({ metric }) => metric !== 'cpuRatio');
  const [template] = estimates.filter(({ metric }) => metric === 'cpuRatio') as [JudgedEstimate];
  const ratios = Object.entries(intervals).map(([connections, [low, high]]) => {
    return { ...template, factors: { ...template.factors, connections: Number(connections) }, low, high };
  });
  return buildCostCurves([...costs, ...ratios])?.ranking ?? 'none';
}

t.test('The ranking is stated as far as the intervals tell, and where it turns.', async (t) => {
  t.equal(
    ranking({ 1: [1.8, 2.4], 32: [0.7, 0.9] }),
    'CPU of instance and store together: redis takes more than jwt with 1 under way, less with 32. The ranking turns between 1 and 32.',
  );
  t.equal(
    ranking({ 128: [0.5, 0.6], 1: [1.8, 2.4], 8: [1.1, 1.2], 32: [0.9, 1.1] }),
    'CPU of instance and store together: redis takes more than jwt with 1 and 8 under way, less with 128. ' +
      'With 32 the interval does not tell. The ranking turns between 8 and 128.',
    'what is open is no turn',
  );
  t.equal(
    ranking({ 1: [1.8, 2.4], 32: [0.7, 1.6] }),
    'CPU of instance and store together: redis takes more than jwt with 1 under way. With 32 the interval does not tell.',
  );
  t.equal(
    ranking({ 1: [0.5, 0.6], 32: [0.7, 0.8] }),
    'CPU of instance and store together: redis takes less than jwt with 1 and 32 under way. The ranking does not turn between 1 and 32.',
  );
  t.match(ranking({ 1: [0.5, 1.6] }), /no interval tells redis from jwt\.$/);
  t.equal(ranking({}), '');
});

t.test('A turn there and back is told twice.', async (t) => {
  t.match(ranking({ 1: [2, 3], 8: [0.5, 0.6], 32: [2, 3] }), /turns between 1 and 8 and between 8 and 32\.$/);
});

t.test('Curves are drawn within their width.', async (t) => {
  const view = buildCostCurves(estimates);
  if (!view) throw new Error('the sample has curves');
  const drawing = curvesDrawing(view);
  const svg = drawSvg(drawing, 'curves');
  t.notMatch(svg, /NaN|Infinity|undefined/);
  for (const name of ['redis', 'jwt', 'requests under way, straight at the instance'])
    t.ok(svg.includes(`>${name}<`), name);
  const xs = [...svg.matchAll(/cx="(\d+(?:\.\d+)?)"/g)].map(([, x]) => Number(x));
  t.ok(xs.every((x) => x > 0 && x < drawing.width));
});

t.test('Who is recognised is drawn by instances, beside what theory says of sessions in memory.', async (t) => {
  const reach = buildReach(judgeAll(sampleResults()).flatMap((one) => one.estimates));
  t.same(reach?.xs, [1, 2, 4]);
  t.same(
    reach?.curves.map(({ strategy }) => strategy),
    ['memory', 'sticky', 'redis', 'jwt'],
  );
  t.match(reach?.predicted?.points[0], { x: 1, value: 1 });
  t.match(reach?.predicted?.points.at(-1), { x: 4, value: 0.25 });
  t.equal(buildReach([]), null);
  const svg = reach && drawSvg(curvesDrawing(reach), 'reach');
  t.match(svg, />1\/n</);
  t.match(svg, />100 %</);
});
