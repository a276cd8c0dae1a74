import t from 'tap';
import type { ContextRecord, Factors, Results, Round } from '../contract.js';
import { renderComparison } from '../report/comparison-table.js';
import { neverMended } from '../report/edge-cases.fixture.js';
import { type SampleOptions, sampleResults } from '../testing/sample-results.js';
import { TRUTH, type Truth } from '../testing/truth.js';
import { compareNumbers, compareRuns, isChange, type RunComparison } from './comparison.js';
import { numbersOf, type RunNumbers } from './numbers.js';

const NARROW = { columns: 80, color: false };

/** Enough of a run to have a control, a baseline, sizes, times and shares. */
const CLAIMS = ['mismatch', 'token-bytes'];

function sample(options: SampleOptions = {}, claims: readonly string[] = CLAIMS): Results {
  const { plan, rounds, ...results } = sampleResults({ claims: CLAIMS, ...options });
  if (!plan) throw new TypeError('a sample has a plan');
  const isWanted = ({ protocol, measurement }: Round) => protocol === 'visits' || measurement.includes('slices=none');
  return { ...results, plan: { ...plan, claims: [...claims] }, rounds: rounds.filter(isWanted) };
}

function withContext(results: Results, change: Partial<ContextRecord>): Results {
  if (!results.context) throw new TypeError('a sample has a context');
  return { ...results, context: { ...results.context, ...change } };
}

/** One strategy's instance CPU. */
function costing(strategy: string, factor: number): Partial<Truth> {
  const micros = (TRUTH.instanceMicros[strategy] ?? 0) * factor;
  return { instanceMicros: { ...TRUTH.instanceMicros, [strategy]: micros } };
}

/** A machine that needs so many times as long for everything. */
function slowed(factor: number, of: Truth = TRUTH): Partial<Truth> {
  const times = (micros: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(micros).map(([strategy, one]) => [strategy, one * factor]));
  return {
    instanceMicros: times(of.instanceMicros),
    storeMicros: times(of.storeMicros),
    balancerMicros: of.balancerMicros * factor,
    idleMicrosPerSecond: of.idleMicrosPerSecond * factor,
    loginMicros: of.loginMicros * factor,
  };
}

function changesOf({ numbers }: Pick<RunComparison, 'numbers'>): string[] {
  return numbers.filter(isChange).map(({ outcome, factors, metric }) => `${outcome} ${factors.strategy} ${metric}`);
}

t.test('a run compared with itself is one line, and all numbers but the control are compared once', async (t) => {
  const comparison = compareRuns(sample(), sample());
  t.same(changesOf(comparison), []);
  // The shares of requests at 1, 2 and 4 instances; eight figures of the baseline; nine of four strategies; two ratios of bytes; straight
  // at an instance, at four numbers of connections, a cost of four strategies, one of Redis and a ratio; a cost of sticky at one.
  t.equal(comparison.numbers.length, 3 + 8 + 4 * 9 + 2 + 4 * (4 + 1 + 1) + 1);
  t.equal(renderComparison(comparison, NARROW), 'Nothing changed beyond noise: 74 numbers compared.\n');
});

t.test('every claim has numbers to compare', async (t) => {
  const whole = sampleResults();
  const numbers = [...numbersOf(whole).values()];
  t.ok(numbers.length > 100, `${numbers.length} numbers`);
  t.equal(new Set(numbers.map(({ claim }) => claim)).size, whole.plan?.claims.length);
});

t.test('a change beyond noise is named with both numbers, its ratio and their intervals', async (t) => {
  const requestBytes = { ...TRUTH.requestBytes, jwt: 700 };
  const recognised: Truth['recognised'] = (strategy, instances) => (strategy === 'memory' && instances === 2 ? 0 : 1);
  const after = sample({ seed: 8, truth: { ...costing('jwt', 1.6), requestBytes, recognised } });
  const comparison = compareRuns(sample(), after);
  const changes = changesOf(comparison);
  for (const change of [
    'less memory recognisedRatio',
    'more jwt instanceCpuMicrosPerRequest',
    'more jwt instanceCpuRatioToNone',
    'more jwt requestBytes',
    'more jwt requestBytesRatio',
  ]) {
    t.ok(changes.includes(change), change);
  }
  t.match(comparison.verdicts, [
    { statement: 'In-memory sessions behind round robin fail', before: 'true', after: 'false' },
  ]);
  const text = renderComparison(comparison, NARROW);
  t.match(
    text,
    /^\d+ of 74 numbers and 1 verdict changed beyond noise\. 0 moved with the machine,\nof \d+ no difference is told\.\nIn-memory .*: true in A, false in B\.\n/,
  );
  t.match(text, /more {2}jwt, 1 instance +(449|450)\.\d+ bytes +(699|700)\.\d+ bytes +1\.55\d*\n/);
  t.match(
    text,
    /less {2}memory, 2 .* +5\d(\.\d)? % +0(\.0+)? % +−5\d(\.\d)? points\n/,
    'a difference where there is no ratio',
  );
  t.match(text, /less than \d+(\.\d)? % are the same, by the A\/A controls/);
  for (const columns of [20, 80, 100, 300]) {
    const lines = renderComparison(comparison, { columns, color: false }).split('\n');
    const tooLong = lines.filter(({ length }) => length > Math.max(72, columns));
    t.same(tooLong, [], `fits ${columns} columns, of which it needs 72`);
  }
  t.notOk(text.includes('\u001b'));
  t.ok(renderComparison(comparison, { ...NARROW, color: true }).includes('\u001b[1mmore'));
});

t.test('what moved the baseline moved everything: only a change beyond it counts, and it is told', async (t) => {
  const slow = compareRuns(sample(), sample({ seed: 8, truth: slowed(1.3) }));
  t.same(changesOf(slow), []);
  t.ok(slow.numbers.some(({ outcome }) => outcome === 'machine'));
  t.match(
    renderComparison(slow, NARROW).replace(/\n/g, ' '),
    /^Nothing changed.* The reply without authentication costs 1\.[23]\d* \(.*what moved with it \(\d+ numbers\)/,
  );
  const both = compareRuns(sample(), sample({ seed: 8, truth: slowed(1.3, { ...TRUTH, ...costing('jwt', 1.6) }) }));
  t.ok(changesOf(both).includes('more jwt instanceCpuMicrosPerRequest'));
});

t.test('what only one run has is named, and an interrupted run is said to be so', async (t) => {
  const without = ({ measurement, factors }: Round) => measurement.startsWith('visits') && factors.instances === 4;
  const narrower: Results = { ...sample({ without }, ['mismatch']), end: null };
  const after = withContext(narrower, { settings: { jwtAlgorithm: 'ES256' }, node: 'v20.999.0' });
  const comparison = compareRuns(sample(), after);
  t.same(changesOf(comparison), []);
  t.match(comparison.undecided, [{ before: 'true', after: 'not measured' }]);
  const text = renderComparison(comparison, { columns: 300, color: false }).replace(/\n/g, ' ');
  t.match(text, /B was interrupted: what it has is compared\. /);
  t.match(text, /No contradiction, but In-memory .*: true in A, not measured in B\. /);
  t.match(text, /Only in A: mismatch with memory, 4 instances; token-bytes\. /);
  t.match(text, /Not the same in A and B: jwtAlgorithm HS256, ES256; node v20\.20\.2, v20\.999\.0\./);
  t.match(renderComparison(compareRuns(after, sample()), NARROW), /Only in B: mismatch/);
});

t.test('a bound is not compared as if it were a point', async (t) => {
  const timelines = (change?: SampleOptions['change']) => {
    const results = sampleResults(change && { change });
    return { ...results, rounds: results.rounds.filter(({ protocol }) => protocol === 'timeline') };
  };
  const { numbers, bounds, ...comparison } = compareRuns(timelines(), timelines(neverMended));
  t.match(bounds, [{ claim: 'store-dies', factors: { event: 'store killed', strategy: 'redis' } }]);
  const isBound = ({ metric, factors }: { metric: string; factors: Factors }) =>
    metric === 'failingMs' && factors.event === 'store killed';
  t.notOk(numbers.some(isBound));
  const text = renderComparison({ numbers, bounds, ...comparison }, { columns: 300, color: false }).replace(/\n/g, ' ');
  t.match(text, /A bound in one of the runs, not compared: store-dies, from the event .* with redis, store killed/);
});

t.test('runs of unlike machines are refused in one line that says why', async (t) => {
  const whole = sample();
  const cases: readonly { readonly after: Results; readonly message: RegExp }[] = [
    { after: withContext(whole, { cluster: 'compose' }), message: /cluster is local in A and compose in B\.$/ },
    { after: withContext(whole, { cpuQuota: null }), message: /cpuQuota is cgroup v1 in A and none in B/ },
    {
      after: withContext(whole, { cpuModel: 'Z80', cores: 1 }),
      message: /cpuModel .* Z80 in B, cores is 2 in A and 1 in B/,
    },
    { after: withContext(whole, { node: 'v99.1.0' }), message: /node is v20\.x in A and v99\.x in B/ },
    { after: { ...whole, context: null }, message: /B ended before it measured anything/ },
    { after: { ...whole, rounds: [] }, message: /no number is in both/ },
  ];
  for (const { after, message } of cases) {
    t.throws(() => compareRuns(whole, after), { code: 'RUNS_UNLIKE', message });
  }
});

/** A round of visits has hundreds of users, each a unit of its own: these rounds are enough. */
const MOST_VISITS = 3;

/** Numbers of runs that differ in chance alone. */
function runsOf(count: number, firstSeed: number, truth: Partial<Truth> = {}): RunNumbers[] {
  const without = ({ protocol, sweep }: Round) => protocol === 'visits' && sweep >= MOST_VISITS;
  return Array.from({ length: count }, (_, at) => numbersOf(sample({ seed: firstSeed + at, truth, without })));
}

const unchanged = runsOf(20, 100);

/** What each of the runs changes against one that has the plain truth. */
function changesAgainst(runs: readonly RunNumbers[]): string[][] {
  return runs.map((after, at) => changesOf(compareNumbers(unchanged[(at + 1) % unchanged.length] ?? after, after)));
}

t.test('of 20 comparisons of unchanged runs at most one calls anything changed', async (t) => {
  const right = changesAgainst(unchanged).filter((changes) => changes.length === 0);
  t.ok(right.length >= 19, `${right.length} of 20`);
});

t.test('what costs a fifth more is found', async (t) => {
  const found = changesAgainst(runsOf(10, 200, costing('jwt', 1.2)));
  const right = found.filter((changes) => changes.includes('more jwt instanceCpuRatioToNone'));
  t.ok(right.length >= 9, `${right.length} of 10`);
});

t.test('a machine that became a fifth slower changes nothing', async (t) => {
  const right = changesAgainst(runsOf(10, 300, slowed(1.2))).filter((changes) => changes.length === 0);
  t.ok(right.length >= 9, `${right.length} of 10`);
});
