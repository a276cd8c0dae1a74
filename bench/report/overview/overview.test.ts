import t from 'tap';
import { STRATEGIES } from '../../../services/contract.js';
import { BUILT, UNBUILT } from '../../claims/index.js';
import { judgeAll } from '../../claims/judge.js';
import type { Factors, Summary, SummaryEstimate } from '../../contract.js';
import { sampleResults } from '../../testing/sample-results.js';
import { interrupted, unplanned } from '../edge-cases.fixture.js';
import { buildSummary } from '../summary.js';
import { buildClinic } from './clinic.js';
import { CRITERIA, type Criterion } from './criteria.js';
import { adviceOn, buildGuide } from './guide.js';
import { buildMatrix } from './matrix.js';
import { buildTitle } from './title.js';

const SAMPLE = sampleResults();
const SUMMARY = buildSummary(SAMPLE, judgeAll(SAMPLE));
const FOUR = ['memory', 'sticky', 'redis', 'jwt'];

type Range = readonly [low: number, value: number, high: number];

function estimate(metric: string, factors: Factors, [low, value, high]: Range, unit = 'share'): SummaryEstimate {
  return { metric, factors, low, value, high, n: 8, unit, decided: true };
}

function summaryOf(estimates: Readonly<Record<string, readonly SummaryEstimate[]>>): Summary {
  const claims = Object.entries(estimates).map(([id, own]) => ({
    id,
    group: 'Faults',
    verdict: 'true' as const,
    finding: '',
    because: '',
    estimates: [...own],
  }));
  const run = { id: 'a', seed: 1, minutes: 6, status: 'complete' as const, context: null };
  return { schema: 'authscale/summary/1', run, claims, checks: { passed: 0, failed: [] } } as Summary;
}

/** One number for each strategy, at the claim, the metric and the factors of a criterion. */
function summaryFor({ claims, metrics, factors }: Criterion, ranges: Readonly<Record<string, Range>>): Summary {
  const own = Object.entries(ranges).map(([strategy, range]) =>
    estimate(metrics[0] ?? '', { ...factors, strategy, instances: 4 }, range),
  );
  return summaryOf({ [claims[0] ?? '']: own });
}

function limitOf({ met }: Criterion): number {
  if (met.is === 'least') return 1;
  return typeof met.limit === 'number' ? met.limit : met.limit({ instances: 4 });
}

for (const criterion of CRITERIA) {
  t.test(`If ${criterion.need}: a strategy is named by where its whole interval lies.`, async (t) => {
    const limit = limitOf(criterion);
    const below: Range = [limit * 0.2, limit * 0.3, limit * 0.4];
    const above: Range = [limit * 1.2, limit * 1.3, limit * 1.4];
    const across: Range = [limit * 0.35, limit, limit * 1.3];
    const isAbove = criterion.met.is === 'above';
    const ranges = { redis: isAbove ? above : below, memory: isAbove ? below : above, jwt: across };
    const { take, avoid, open } = adviceOn(
      criterion,
      ['memory', 'redis', 'jwt', 'basic'],
      summaryFor(criterion, ranges),
    );
    const names = (list: typeof take) => list.map(({ strategy }) => strategy);
    if (criterion.met.is === 'least') {
      t.same(names(take), ['redis', 'jwt'], 'what reaches below the least is not told from it');
      t.same([names(avoid), names(open)], [['memory'], []]);
    } else t.same([names(take), names(avoid), names(open)], [['redis'], ['memory'], ['jwt']]);
    const alone = adviceOn(criterion, ['redis'], summaryFor(criterion, { redis: below }));
    if (criterion.met.is === 'least') t.same(names(alone.open), ['redis'], 'one alone is not the least of any');
    t.same(buildGuide(FOUR, summaryFor(criterion, { none: below })), [], 'the baseline is no strategy to choose');
  });
}

t.test('Every criterion rests on claims of the ledger, and a sample run has a number for it.', async (t) => {
  const ids = [...BUILT, ...UNBUILT].map(({ id }) => id);
  const guide = buildGuide(Object.keys(STRATEGIES), SUMMARY);
  t.same(
    CRITERIA.filter(({ claims }) => !claims.every((id) => ids.includes(id))),
    [],
  );
  t.same(
    CRITERIA.map(({ id }) => id).filter((id) => !guide.some((advice) => advice.id === id)),
    [],
  );
});

t.test('Every number of the matrix is one of the summary, and leads to the claim that has it.', async (t) => {
  const matrix = buildMatrix(FOUR, SUMMARY);
  t.same(
    matrix?.rows.map(({ strategy }) => strategy),
    FOUR,
  );
  const cells =
    matrix?.rows.flatMap((row) => row.cells.flatMap((cell) => (typeof cell === 'string' ? [] : [cell]))) ?? [];
  t.ok(cells.length > 20);
  for (const { claim, interval } of cells) {
    const found = SUMMARY.claims.find(({ id }) => id === claim);
    t.ok(found, claim);
    t.match(interval, /^$|^[−\d]|^at its instance$/);
  }
  t.equal(matrix?.columns.find(({ id }) => id === 'scales')?.title, '6 instances');
});

t.test('A cell that was not measured is empty, and its column tells which claim would have it.', async (t) => {
  const recognised = (strategy: string, range: Range) => estimate('recognisedRatio', { strategy, instances: 4 }, range);
  const summary = summaryOf({ mismatch: [recognised('memory', [0.22, 0.25, 0.28])] });
  const matrix = buildMatrix(['memory', 'redis', 'unheard of'], summary);
  t.match(matrix?.rows, [{ strategy: 'memory' }, { strategy: 'redis' }]);
  t.match(matrix?.rows[0]?.cells[0], { value: '25 %', interval: '22 to 28', met: 'no', claim: 'mismatch' });
  t.equal(matrix?.rows[1]?.cells[0], 'all', 'what it is built for');
  t.equal(matrix?.rows[1]?.cells[1], '', 'nothing is known of its cost');
  t.equal(matrix?.columns[3]?.claim, 'instance-dies');
  t.equal(buildMatrix(['redis'], summary), null, 'without a number there is no matrix');
  t.equal(buildMatrix([], summary), null);
});

t.test('With most instances, and of the larger population, is what counts.', async (t) => {
  const one = (instances: number, value: number) =>
    estimate('recognisedRatio', { strategy: 'memory', instances }, [value, value, value]);
  const matrix = buildMatrix(['memory'], summaryOf({ mismatch: [one(1, 1), one(4, 0.25), one(2, 0.5)] }));
  t.match(matrix?.rows[0]?.cells[0], { value: '25 %' });
});

t.test('The title says who stays signed in, and what breaks with whom.', async (t) => {
  const at = (strategy: string, range: Range) => estimate('recognisedRatio', { strategy, instances: 4 }, range);
  const all: Range = [0.992, 1, 1];
  const kept = {
    mismatch: [at('memory', [0.22, 0.25, 0.28])],
    'mismatch-mended': ['sticky', 'redis'].map((one) => at(one, all)),
  };
  t.same(buildTitle(FOUR, summaryOf(kept)), {
    title: 'On 4 instances memory keeps 25 % of requests signed in; sticky and redis keep 100 %.',
    breaks: [],
  });
  const killed = { event: 'instance killed', instances: 4 };
  const lost = [
    estimate('loggedOutRatio', { ...killed, strategy: 'sticky' }, [0.25, 0.25, 0.25]),
    estimate('loggedOutRatio', { ...killed, strategy: 'redis' }, [0, 0, 0.03]),
  ];
  const dead = [estimate('answeredRatio', { event: 'store killed', instances: 4, strategy: 'redis' }, [0, 0, 0.05])];
  const view = buildTitle(FOUR, summaryOf({ ...kept, 'instance-dies': lost, 'store-dies': dead }));
  t.match(view.title, /keep 100 %\. They differ in what breaks next\.$/);
  t.same(view.breaks, [
    'sticky when an instance dies: 25 % of users are signed out',
    'redis when Redis dies: 0 % of requests are answered',
  ]);
  t.equal(
    buildTitle(['jwt'], summaryOf({ 'mismatch-mended': [at('jwt', all)] })).title,
    'On 4 instances jwt keeps 100 % of requests signed in.',
  );
});

t.test('A run without a number says so.', async (t) => {
  for (const results of [interrupted(), unplanned()]) {
    const summary = buildSummary(results, judgeAll(results));
    t.same(buildTitle(FOUR, summary), { title: 'This run decided no claim.', breaks: [] });
    t.same([buildMatrix(FOUR, summary), buildGuide(FOUR, summary)], [null, []]);
    t.ok(buildClinic(summary).symptoms.every(({ seen }) => seen === null));
  }
});

t.test('Symptoms bear the numbers of this run.', async (t) => {
  const { symptoms } = buildClinic(SUMMARY);
  t.same(
    symptoms.filter(({ seen }) => seen === null),
    [],
  );
  t.match(symptoms[0]?.seen, /^Of requests 2\d % were recognised on 4 instances\.$/);
  t.match(symptoms[2]?.seen, /100 % of users/);
});
