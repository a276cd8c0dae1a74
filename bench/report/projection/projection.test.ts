import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { project } from '../../model/projection.js';
import { resultsWithFailedCheck, resultsWithoutRedis } from '../edge-cases.fixture.js';
import { RECKONING, SCRIPT, SCRIPT_SOURCE } from '../html/calculator.js';
import { divide } from '../ratio.js';
import { sampleResults } from '../results.fixture.js';
import { ASSUMPTIONS, DEFAULTS } from './assumptions.js';
import { buildProjection } from './projection-view.js';
import { completeCosts, describeLimits, describeLoad, describeNeeds, formatScaled } from './reckoning.js';

function sampleProjection() {
  const view = buildProjection(sampleResults());
  if (view === null) throw new Error('the sample has costs');
  return view;
}

t.test('Every strategy that scales is projected from its measured costs; the others are named.', async (t) => {
  const { subjects, means } = sampleProjection();
  t.same(
    subjects.map(({ name, keptIn }) => `${name}: ${keptIn}`),
    ['sticky: instance', 'redis: store', 'jwt: client'],
  );
  t.match(means.join(' '), /Memory is left out: behind round robin/);
  const jwt = subjects.find(({ name }) => name === 'jwt');
  t.match(jwt?.costs.value, { instanceCpuMicros: 43.9, requestBytes: 419, storeCpuMicros: 0 });
  t.ok((jwt?.costs.low.instanceCpuMicros ?? 44) < 43.9 && 43.9 < (jwt?.costs.high.instanceCpuMicros ?? 0));
  const login = jwt?.costs.value.loginCpuMicros ?? 0;
  t.ok(Math.abs(login / 48_700 - 1) < 0.01, `${login} µs, the fixture's hash takes 48,700`);
});

t.test('Without a measured login the projection says so; a cell with a failed check is not projected.', async (t) => {
  const results = sampleResults();
  const alone = buildProjection({
    ...results,
    experiments: results.experiments.filter((e) => e.id === 'request-cost'),
  });
  t.match(alone?.means.join(' '), /did not measure what a login costs/);
  const failed = buildProjection(resultsWithFailedCheck());
  t.notOk(failed?.subjects.some(({ name }) => name === 'redis'));
  t.equal(buildProjection(resultsWithoutRedis()), null);
});

t.test('The store CPU of a strategy that never asks the store is not its own.', async (t) => {
  const results = sampleResults();
  for (const { metrics } of results.experiments.flatMap(({ cells }) => cells)) {
    if (metrics.storeCpuMicrosPerRequest) metrics.storeCpuMicrosPerRequest.value += 0.08;
  }
  const view = buildProjection(results);
  t.same(
    view?.subjects.map(({ costs }) => costs.value.storeCpuMicros > 0),
    [false, true, false],
  );
});

t.test('The interval of the CPU time becomes the interval of the number of instances.', async (t) => {
  const { subjects, needs } = sampleProjection();
  const billion = needs.at(-1);
  for (const [at, subject] of subjects.entries()) {
    const { low, value, high } = completeCosts(subject, DEFAULTS);
    const [least, likely, most] = [low, value, high].map((costs) => project(costs, DEFAULTS, 1e9).instances);
    const round = (count = 0) => count.toLocaleString('en', { maximumSignificantDigits: 3 });
    t.same(billion?.rows[at]?.[0], { value: round(likely), interval: `${round(least)} to ${round(most)}` });
  }
});

t.test('What a tier carries alone is where the first one gives out.', async (t) => {
  const { subjects } = sampleProjection();
  const inputs = { ...DEFAULTS, sessionBytes: 1e6 };
  const limits = subjects.map((subject) => describeLimits(subject, inputs).map(({ value }) => value));
  t.same(
    limits.map(([first]) => first),
    ['balancer', 'store memory', 'balancer'],
  );
  t.equal(limits[1]?.[4], '12K', '70 % of 16 GiB by 1,000,160 bytes');
  t.same(limits[2]?.slice(3, 5), ['–', '–'], 'tokens take nothing of a store');
});

t.test('The page computes what the report computed, by the script that its policy names.', async (t) => {
  const { subjects } = sampleProjection();
  const carried = runInNewContext(`${RECKONING}; ({ describeLimits, describeLoad, describeNeeds })`);
  for (const inputs of [
    DEFAULTS,
    { ...DEFAULTS, requestsPerUserHour: 720, instanceCores: 4, targetUtilization: 0.5 },
  ]) {
    t.same(carried.describeLoad(inputs, 1e7), describeLoad(inputs, 1e7));
    for (const subject of subjects) {
      t.same(carried.describeLimits(subject, inputs), describeLimits(subject, inputs));
      t.same(carried.describeNeeds(subject, inputs, 1e7), describeNeeds(subject, inputs, 1e7));
    }
  }
  t.equal(SCRIPT_SOURCE, `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`);
  t.notMatch(SCRIPT, /<[/!]/, 'nothing in it ends the script element');
});

t.test('Every assumption is within its own limits and gives the default back.', async (t) => {
  for (const { input, factor, min, max } of ASSUMPTIONS) {
    const given = DEFAULTS[input] / factor;
    t.ok(min <= given && given <= max, input);
  }
  t.same(ASSUMPTIONS.map(({ input }) => input).sort(), Object.keys(DEFAULTS).sort());
});

t.test('Amounts are scaled to a unit that keeps them short.', async (t) => {
  const units = ['B', 'KiB', 'MiB'];
  t.same(
    [0, 1, 1023, 1024, 1024 ** 2, 1024 ** 3].map((bytes) => formatScaled(bytes, 1024, units)),
    ['–', '1 B', '1,020 B', '1 KiB', '1 MiB', '1,020 MiB'],
  );
});

t.test('A quotient has the errors of both its parts.', async (t) => {
  const { low, value, high } = divide({ low: 97, value: 100, high: 103 }, { low: 48, value: 50, high: 52 });
  t.same(
    [low, value, high].map((number) => Number(number.toFixed(6))),
    [1.9, 2, 2.1],
  );
});
