import t from 'tap';
import type { Cell } from '../contract.js';
import type { ChartView } from './chart-view.js';
import type { ExperimentView } from './experiment-view.js';
import { buildView } from './index.js';
import { metricLabel, predictedBy, predictionOf } from './metrics.js';
import { describeModelErrors, modelErrorOf } from './predictions.js';
import { estimate } from './results.fixture.js';
import { logScaleOf } from './scale.js';
import { predictionOnlyResults, scalingResults } from './scaling.fixture.js';
import type { TableView } from './table-view.js';

const scalingView = buildView(scalingResults());

function experiment(id: string, view = scalingView): ExperimentView {
  const found = view.experiments.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no experiment ${id}`);
  return found;
}

function pointsOf(chart: ChartView | undefined) {
  return chart?.panels.flatMap(({ points }) => points) ?? [];
}

function headsOf(table: TableView | undefined): string[] {
  return table?.head.map(({ text }) => text) ?? [];
}

const cellOf = (measured: number, predicted: number, instances = 1): Cell => ({
  factors: { strategy: 'jwt', instances },
  metrics: {
    capacityRps: estimate(measured, measured * 0.03, '1/s'),
    predictedCapacityRps: estimate(predicted, predicted * 0.04, '1/s'),
  },
  checks: [],
});

t.test('A metric and its prediction know each other by name.', async (t) => {
  t.equal(predictionOf('capacityRps'), 'predictedCapacityRps');
  t.equal(predictedBy('predictedCapacityRps'), 'capacityRps');
  for (const name of ['predicted', 'capacityRps', 'predictedly']) t.equal(predictedBy(name), null);
  t.equal(metricLabel('predictedCapacityRps'), 'Capacity, predicted');
});

t.test(
  'The error of the model has the uncertainty of both numbers, and none where one of them is missing.',
  async (t) => {
    const error = modelErrorOf(cellOf(1_100, 1_000), 'capacityRps');
    t.same(
      [error?.low, error?.value, error?.high].map((number) => number?.toFixed(4)),
      ['0.0450', '0.1000', '0.1550'],
    );
    t.equal(modelErrorOf(cellOf(1_100, 0), 'capacityRps'), null);
    t.equal(modelErrorOf({ ...cellOf(1, 1), metrics: {} }, 'capacityRps'), null);
    t.same(describeModelErrors([cellOf(1_100, 1_000), cellOf(980, 1_000, 2)], ['capacityRps', 'latencyMeanMs']), [
      'Capacity: over 2 measured points the model is off by 6 % on average and by 10 % at most (jwt, 1 instance). ' +
        'At 1 of them that is more than the intervals of both numbers explain.',
    ]);
  },
);

t.test('Every kind of chart draws the prediction beside the measurement.', async (t) => {
  const kinds = ['scaling', 'sticky-skew', 'cache-cost'].map((id) => experiment(id).charts.at(-1));
  t.same(
    kinds.map((chart) => chart?.kind),
    ['curves', 'trends', 'bars'],
  );
  for (const chart of kinds) {
    t.ok(pointsOf(chart).every(({ measured, predicted }) => measured !== null && predicted !== null));
    t.ok(chart?.legend.some(({ mark }) => mark === 'predicted'));
  }
});

t.test(
  'The table has the prediction and the error in columns beside the metric, not as a metric of its own.',
  async (t) => {
    const [first, second, fit] = experiment('scaling').tables;
    t.same(headsOf(first), [
      'Strategy, instances',
      'Capacity, requests/s',
      'Predicted',
      'Measured against predicted',
      'Latency, mean, ms',
      'Predicted',
      'Measured against predicted',
    ]);
    const sixth = first?.rows[3]
      ?.slice(1, 4)
      .map((cell) => 'estimate' in cell && `${cell.estimate.value} (${cell.estimate.interval})`);
    t.same(sixth, ['17,090 (16,850 to 17,330)', '18,180 (18,000 to 18,360)', '−6.0 % (−7.6 to −4.4)']);
    t.notMatch(headsOf(second).join(), /[Pp]redicted/);
    t.same(headsOf(fit), ['Strategy', 'Contention α', 'Coherency β', 'One instance γ, requests/s']);
  },
);

t.test('Where nothing could be measured the predictions stand alone.', async (t) => {
  const view = buildView(predictionOnlyResults());
  const scaling = experiment('scaling', view);
  t.ok(pointsOf(scaling.charts[0]).every(({ measured, predicted }) => measured === null && predicted !== null));
  t.same(
    scaling.charts[0]?.legend.map(({ mark }) => mark),
    ['predicted'],
  );
  t.same(headsOf(scaling.tables[0]), [
    'Strategy, instances',
    'Capacity, predicted, requests/s',
    'Latency, mean, predicted, ms',
  ]);
  t.equal(scaling.answer, '');
});

t.test('Scaling names the bottleneck by the demands and describes what the law can tell.', async (t) => {
  const { answer, means } = experiment('scaling');
  t.match(answer, /^6 instances serve this many times what one does: memory 5\.64/);
  t.match(
    means.join('\n'),
    /With jwt and 6 instances the bottleneck is the instances: .* instances 94 % and balancer 54 %/,
  );
  t.match(means.join('\n'), /Memory: the scalability law is not identifiable/);
  t.match(means.join('\n'), /Jwt as the scalability law describes it.* α = 0\.012 \(0\.008 to 0\.016\)/);
});

t.test('A store is full where its utilisation says so, and the other quota does not give out.', async (t) => {
  const { answer, means } = experiment('store-ceiling');
  t.match(answer, /0\.02 of a core one Redis is full from 4 instances on/);
  t.match(means[0], /0\.1 of a core one Redis does not give out up to 6 instances/);
});

t.test('Latency stands on powers of ten with the objective as a line; overlapping limits are a tie.', async (t) => {
  const { charts, answer, means } = experiment('load-latency');
  const [panel] = charts[0]?.panels ?? [];
  t.match(
    panel,
    { reference: 50, scale: { isLogarithmic: true, min: 10, max: 10_000 } },
    'whole powers around 10.8 and 2,464',
  );
  t.same(
    panel?.points.map(({ across }) => across),
    [250, 500, 1_000, 1_500, 2_000, 2_500],
  );
  t.match(answer, /p99 < 50 ms is met up to this load: redis 1,830 requests\/s/);
  t.match(means[0], /redis and jwt overlap/);
  t.match(means[1], /With redis requests fail from 2,500 requests\/s on/);
});

t.test('Sticky routing is compared with round robin for the same users.', async (t) => {
  const { means } = experiment('sticky-skew');
  t.match(means[1], /^Zipf users, 4 instances: .* 1\.760 \(1\.725 to 1\.795\) times .* sticky routing is less even/);
});

t.test('A logarithmic scale holds what is above zero, whatever else there is.', async (t) => {
  t.same(logScaleOf([0, -1, 3, 70]), { isLogarithmic: true, min: 1, max: 100, step: 1 });
  t.same(logScaleOf([10]), { isLogarithmic: true, min: 10, max: 100, step: 1 });
  t.same(logScaleOf([0]), { isLogarithmic: true, min: 1, max: 10, step: 1 });
});
