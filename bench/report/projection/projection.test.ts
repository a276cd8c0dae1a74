import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { type Judgement, judgeAll } from '../../claims/judge.js';
import { project } from '../../model/projection.js';
import { sampleResults } from '../../testing/sample-results.js';
import { RECKONING, SCRIPT, SCRIPT_SOURCE } from '../html/calculator.js';
import { ASSUMPTIONS, DEFAULTS } from './assumptions.js';
import { buildProjection } from './projection-view.js';
import { completeCosts, describeLimits, describeLoad, describeNeeds, formatScaled } from './reckoning.js';

const judgements = judgeAll(sampleResults());

function projectionOf(judgements: readonly Judgement[]) {
  const view = buildProjection(judgements);
  if (view === null) throw new Error('the sample has costs');
  return view;
}

type Change = (estimate: Judgement['estimates'][number]) => Judgement['estimates'];

function change(id: string, by: Change): Judgement[] {
  return judgements.map((one) => (one.id === id ? { ...one, estimates: one.estimates.flatMap(by) } : one));
}

t.test('Every strategy that scales is projected from its measured costs; the others are named.', async (t) => {
  const { subjects, means } = projectionOf(judgements);
  t.same(subjects.map(({ name, keptIn }) => `${name}: ${keptIn}`).sort(), [
    'jwt: client',
    'redis: store',
    'sticky: instance',
  ]);
  t.match(means.join(' '), /Memory is left out: behind round robin/);
  for (const { costs } of subjects) {
    t.ok(costs.low.instanceCpuMicros < costs.value.instanceCpuMicros);
    t.ok(costs.value.instanceCpuMicros < costs.high.instanceCpuMicros);
    t.ok(costs.value.loginCpuMicros > 1000);
  }
});

t.test('Costs are those of an instance that is as busy as can be, where it was measured so.', async (t) => {
  const straight =
    (connections: number, by: number): Change =>
    (one) => {
      const { metric, factors, value, low, high } = one;
      const isOf = factors.straight === true && factors.connections === connections && /CpuMicros/.test(metric);
      return [isOf ? { ...one, value: by * value, low: by * low, high: by * high } : one];
    };
  const micros = (view: ReturnType<typeof projectionOf>) =>
    view.subjects.map(({ costs }) => costs.value.instanceCpuMicros);
  const plain = micros(projectionOf(judgements));
  t.same(micros(projectionOf(change('token-bytes', straight(1, 9)))), plain, 'not with one request at a time');
  const dearer = micros(projectionOf(change('token-bytes', straight(32, 2))));
  t.same(
    dearer,
    plain.map((one) => 2 * one),
  );
  const without = projectionOf(change('token-bytes', (one) => (one.factors.straight ? [] : [one])));
  t.same(
    without.subjects.map(({ isBusy }) => isBusy),
    [false, false, false],
  );
  t.match(without.costs[0]?.at(-1), { value: 'through the balancer' });
  const view = projectionOf(judgements);
  t.match(view.costs[0]?.at(-1), { value: 'straight' });
  t.match(view.costs[0]?.[0], { value: /^\d+(\.\d+)? µs$/, interval: /^[\d.]+ to [\d.]+$/ });
  t.match(view.basis, /32 requests under way/);
});

t.test('Without a measured login the projection says so; a strategy without its costs is not projected.', async (t) => {
  const alone = projectionOf(change('relogin-storm', () => []));
  t.match(alone.means.join(' '), /did not measure what a login costs/);
  const without = projectionOf(
    change('token-bytes', (one) => (one.factors.strategy === 'redis' && one.metric === 'requestBytes' ? [] : [one])),
  );
  t.notOk(without.subjects.some(({ name }) => name === 'redis'));
  t.match(without.means.join(' '), /Redis is left out: this run does not have all of its costs/);
  t.equal(buildProjection(change('token-bytes', () => [])), null);
});

t.test('A cost that came out below zero is none, and the store costs nothing whom it is not asked for.', async (t) => {
  const { subjects } = projectionOf(
    change('token-bytes', (one) =>
      one.metric === 'storeCpuMicrosPerRequest' ? [{ ...one, low: -2, value: -1, high: 3 }] : [one],
    ),
  );
  t.ok(subjects.every(({ costs }) => costs.value.storeCpuMicros === 0 && costs.low.storeCpuMicros === 0));
  t.same(
    subjects.filter(({ costs }) => costs.high.storeCpuMicros > 0).map(({ name }) => name),
    ['redis'],
  );
});

t.test('The interval of the CPU time becomes the interval of the number of instances.', async (t) => {
  const { subjects } = projectionOf(judgements);
  const inputs = { ...DEFAULTS, users: 1e9 };
  for (const subject of subjects) {
    const { low, value, high } = completeCosts(subject, inputs);
    const [least, likely, most] = [low, value, high].map((costs) => project(costs, inputs, 1e9).instances);
    const round = (count = 0) => count.toLocaleString('en', { maximumSignificantDigits: 3 });
    const [instances] = describeNeeds(subject, inputs);
    t.same(instances, { value: round(likely), interval: `${round(least)} to ${round(most)}` });
  }
});

t.test('What a tier carries alone is where the first one gives out.', async (t) => {
  const { subjects } = projectionOf(judgements);
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
  const { subjects } = projectionOf(judgements);
  const carried = runInNewContext(`${RECKONING}; ({ describeLimits, describeLoad, describeNeeds })`);
  for (const inputs of [
    DEFAULTS,
    { ...DEFAULTS, requestsPerUserHour: 720, instanceCores: 4, targetUtilization: 0.5 },
  ]) {
    t.same(carried.describeLoad(inputs), describeLoad(inputs));
    for (const subject of subjects) {
      t.same(carried.describeLimits(subject, inputs), describeLimits(subject, inputs));
      t.same(carried.describeNeeds(subject, inputs), describeNeeds(subject, inputs));
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
