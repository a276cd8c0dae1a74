import t from 'tap';
import { type JudgedEstimate, judgeAll } from '../claims/judge.js';
import type { Bound } from '../stats/estimate.js';
import { sampleResults } from '../testing/sample-results.js';
import { buildChart } from './chart-view.js';
import { intervalsDrawing } from './charts/intervals.js';
import { drawSvg } from './charts/svg.js';

function estimate(more: Partial<JudgedEstimate>): JudgedEstimate {
  return {
    metric: 'recognisedRatio',
    label: 'requests recognised',
    factors: { strategy: 'memory', instances: 2 },
    value: 0.5,
    low: 0.45,
    high: 0.55,
    n: 8,
    unit: 'share',
    decided: true,
    perRound: [0.48, 0.52],
    thresholds: [0.9],
    ...more,
  };
}

t.test('What decides is drawn, with what else is known of the same metric, in the order of instances.', async (t) => {
  const chart = buildChart([
    estimate({}),
    estimate({ factors: { strategy: 'memory', instances: 4 } }),
    estimate({ decided: false, thresholds: [], factors: { strategy: 'memory', instances: 1 } }),
    estimate({ decided: false, metric: 'requestBytes', unit: 'bytes' }),
  ]);
  t.same(
    chart?.panels.map(({ title, rows }) => ({ title, rows: rows.map(({ label }) => label) })),
    [{ title: 'Requests recognised', rows: ['memory, 1 instance', 'memory, 2 instances', 'memory, 4 instances'] }],
  );
});

t.test('Rows are in the order of connections.', async (t) => {
  const at = (connections: number) => estimate({ factors: { strategy: 'redis', connections } });
  t.same(
    buildChart([at(32), at(128), at(1)])?.panels[0]?.rows.map(({ label }) => label),
    ['redis, connections 1', 'redis, connections 32', 'redis, connections 128'],
  );
});

t.test('The chart of every claim shows what its verdict rests on, and nothing else.', async (t) => {
  const judged = judgeAll(sampleResults()).filter(({ verdict }) => verdict !== 'not measured');
  t.ok(judged.length > 30);
  for (const { id, estimates } of judged) {
    const deciding = estimates.filter(({ decided }) => decided);
    const kinds = new Set(deciding.map(({ metric, unit }) => `${metric} ${unit}`));
    const rows = buildChart(estimates)?.panels.flatMap((panel) => panel.rows) ?? [];
    const drawn = rows.map(({ value, low, high }) => `${value} ${low} ${high}`);
    const numbersOf = (some: typeof estimates) => some.map(({ value, low, high }) => `${value} ${low} ${high}`);
    t.same(
      drawn.toSorted(),
      numbersOf(estimates.filter(({ metric, unit }) => kinds.has(`${metric} ${unit}`))).toSorted(),
      id,
    );
    t.ok(numbersOf(deciding).every((one) => drawn.includes(one)));
    const predicted = deciding.filter(({ predicted }) => predicted !== undefined).length;
    t.ok(rows.filter((row) => row.predicted !== null).length >= predicted, `${id}: predictions are drawn`);
    const rounds = deciding.map(({ perRound }) => perRound.length);
    t.ok(
      rounds.every((count) => rows.some(({ perRound }) => perRound.length === count)),
      `${id}: rounds are drawn`,
    );
  }
});

t.test('Where nothing decided, what is known is drawn; where nothing is known, nothing is.', async (t) => {
  const shown = [estimate({ decided: false }), estimate({ decided: false, metric: 'requestBytes', unit: 'bytes' })];
  t.equal(buildChart(shown)?.panels.length, 2);
  t.equal(buildChart([]), null);
});

t.test('Shares stand on an axis to 100 %, and no axis cuts an interval, a round or a threshold.', async (t) => {
  t.match(
    buildChart([estimate({ value: 0.1, low: 0.05, high: 0.15, perRound: [], thresholds: [] })])?.panels[0]?.scale,
    {
      min: 0,
      max: 1,
    },
  );
  const below = estimate({
    metric: 'storeCpuMicrosPerRequest',
    unit: 'µs',
    value: 1,
    low: -4,
    high: 6,
    perRound: [-7, 9],
    thresholds: [],
  });
  const scale = buildChart([below])?.panels[0]?.scale;
  t.ok((scale?.min ?? 0) <= -7 && (scale?.max ?? 0) >= 9);
});

t.test('Numbers of one metric that only their labels tell apart bear these.', async (t) => {
  const rows = buildChart([estimate({ label: 'down' }), estimate({ label: 'up' })])?.panels[0]?.rows;
  t.same(
    rows?.map(({ label }) => label),
    ['down: memory, 2 instances', 'up: memory, 2 instances'],
  );
});

t.test('Ratios that err by a factor of many are drawn by their logarithms, others from zero.', async (t) => {
  const ratio = (value: number, low: number, high: number) =>
    estimate({ metric: 'latencyByPredicted', unit: 'ratio', value, low, high, perRound: [value], thresholds: [] });
  t.match(buildChart([ratio(3, 2, 4)])?.panels[0]?.scale, { min: 0, max: 4 });
  const chart = buildChart([ratio(33, 2.4, 451), ratio(1.7, 1.2, 2.6)]);
  t.same(chart?.panels[0]?.scale, { min: 1, max: 1_000, step: 1, isLogarithmic: true });
  t.match(buildChart([ratio(0.2, 0.004, 3)])?.panels[0]?.scale, { min: 0.001, max: 10 });
  t.notOk(buildChart([ratio(33, 0, 451)])?.panels[0]?.scale.isLogarithmic, 'there is no logarithm of zero');
  const svg = chart && drawSvg(intervalsDrawing(chart), 'ratios');
  t.match(svg, />100</);
  t.notMatch(svg, /NaN|Infinity/);
});

t.test('An interval that goes on ends in an arrow.', async (t) => {
  const draw = (bound?: Bound) => {
    const chart = buildChart([estimate({ ...(bound && { bound }) })]);
    return { text: chart?.panels[0]?.rows[0]?.text, svg: chart && drawSvg(intervalsDrawing(chart), 'bound') };
  };
  t.match(draw('at least').text, /^at least 50/);
  t.equal(new Set([draw().svg, draw('at least').svg, draw('at most').svg]).size, 3);
});
