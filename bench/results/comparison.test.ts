import t from 'tap';
import type { Cell, Estimate, Results } from '../contract.js';
import { renderComparison } from '../report/index.js';
import { estimate, sampleResults } from '../report/results.fixture.js';
import { meanOverRounds, pairedRatio } from '../stats/estimate.js';
import { createRandom, type Random } from '../stats/prng.js';
import { compareRuns, type RunComparison } from './comparison.js';

const NARROW = { columns: 80, color: false };

/** A copy of the sample run with one change. */
function sample(change: (results: Results) => unknown = () => {}): Results {
  const results = structuredClone(sampleResults());
  change(results);
  return results;
}

function cellOf({ experiments }: Results, id: string, strategy: string): Cell | undefined {
  return experiments
    .find((experiment) => experiment.id === id)
    ?.cells.find(({ factors }) => factors.strategy === strategy);
}

function setMetric(results: Results, strategy: string, metric: string, value: Estimate): void {
  const cell = cellOf(results, 'request-cost', strategy);
  if (cell) cell.metrics[metric] = value;
}

function changesOf({ numbers }: RunComparison) {
  return numbers
    .filter(({ outcome }) => outcome !== 'tie')
    .map(({ outcome, factors, metric }) => `${outcome} ${factors.strategy} ${metric}`);
}

t.test('a run compared with itself is one line, and all numbers but the control are compared', async (t) => {
  const comparison = compareRuns(sample(), sample());
  t.same(changesOf(comparison), []);
  t.equal(comparison.numbers.length, 12 + 9 * 3 + 5 * 12);
  t.equal(renderComparison(comparison, NARROW), 'Nothing changed beyond noise: 99 numbers compared.\n');
});

t.test('a change beyond noise is named with both numbers, its ratio and their intervals', async (t) => {
  const after = sample((results) => {
    setMetric(results, 'jwt', 'instanceCpuMicrosPerRequest', estimate(62.3, 1.3, 'µs'));
    setMetric(results, 'jwt', 'requestBytes', estimate(419.5, 0, 'bytes'));
    setMetric(results, 'memory', 'storeTripsPerRequest', estimate(1, 0, 'trips'));
    for (const claim of results.claims) if (claim.id === 'mismatch') claim.verdict = 'fails';
  });
  const comparison = compareRuns(sample(), after);
  t.same(changesOf(comparison), [
    'more memory storeTripsPerRequest',
    'more jwt instanceCpuMicrosPerRequest',
    'more jwt requestBytes',
  ]);
  const text = renderComparison(comparison, NARROW);
  t.match(text, /^3 of 99 numbers and 1 verdict changed beyond noise\.\nIn-memory .*: holds in A, fails in B\.\n/);
  t.match(text, /mismatch: nothing of 12 numbers changed/);
  t.match(text, /more {2}jwt, 1 instance +43\.9 µs +62\.3 µs +1\.42\n/);
  t.match(
    text,
    /more {2}memory, 1 instance +0 trips +1 trips +\+1 \(\+1 to \+1\)\n/,
    'a difference where there is no ratio',
  );
  t.match(text, /less than 1\.7 % are ties, by the A\/A controls/);
  for (const columns of [20, 80, 100, 300]) {
    const lines = renderComparison(comparison, { columns, color: false }).split('\n');
    t.equal(
      lines.filter(({ length }) => length > Math.max(72, columns)).length,
      0,
      `fits ${columns} columns, of which it needs 72`,
    );
  }
  t.notOk(text.includes('\u001b'));
  t.ok(renderComparison(comparison, { ...NARROW, color: true }).includes('\u001b[1mmore'));
  t.match(changesOf(compareRuns(after, sample())), [/^less/, /^less/, /^less/]);
});

/** Every strategy's CPU time, the baseline's too, times a factor; and jwt's times another one. */
function slowed(factor: number, jwtFactor = 1): Results {
  return sample(({ experiments }) => {
    for (const { factors, metrics } of experiments[2]?.cells ?? []) {
      const { value = 0 } = metrics.instanceCpuMicrosPerRequest ?? {};
      const own = factors.strategy === 'jwt' ? jwtFactor : 1;
      metrics.instanceCpuMicrosPerRequest = estimate(value * factor * own, value * 0.01, 'µs');
    }
  });
}

t.test('what moved the baseline moved everything: only a change beyond it counts, and it is told', async (t) => {
  const comparison = compareRuns(slowed(1), slowed(1.3));
  t.same(changesOf(comparison), []);
  t.match(
    renderComparison(comparison, NARROW),
    /^Nothing changed.*\nThe reply without authentication costs 1\.3\d* \(/,
  );
  t.same(changesOf(compareRuns(slowed(1), slowed(1.3, 1 / 1.3))), [], 'nor what only stayed as it was');
  t.same(changesOf(compareRuns(slowed(1), slowed(1.3, 1.3))), ['more jwt instanceCpuMicrosPerRequest']);
});

t.test('a CPU ratio is held against the A/A controls of both runs', async (t) => {
  const withControl = (halfWidth: number) =>
    sample(({ experiments }) => {
      const control = experiments[2]?.cells.find(({ factors }) => factors.control);
      if (control) control.metrics.instanceCpuRatioToNone = estimate(1, halfWidth, 'ratio');
    });
  const moved = sample((results) => setMetric(results, 'jwt', 'instanceCpuRatioToNone', estimate(2.8, 0.02, 'ratio')));
  t.same(changesOf(compareRuns(withControl(0.05), moved)), ['more jwt instanceCpuRatioToNone']);
  t.same(changesOf(compareRuns(withControl(0.2), moved)), []);
  t.same(changesOf(compareRuns(moved, withControl(0.2))), []);
});

t.test(
  'what only one run has is named, a cell with a failed check is left out, an interrupted run is said to be so',
  async (t) => {
    const after = sample((results) => {
      const [mismatch, relogin, cost] = results.experiments;
      results.experiments = mismatch && cost ? [mismatch, cost] : [];
      mismatch?.cells.pop();
      if (relogin) results.context.versions['new-package'] = '1.0.0';
      results.context.settings = { JWT_ALGORITHM: 'ES256' };
      for (const check of cellOf(results, 'request-cost', 'redis')?.checks ?? []) check.ok = false;
      setMetric(results, 'redis', 'requestBytes', estimate(9, 0, 'bytes'));
      results.run.status = 'interrupted';
    });
    const comparison = compareRuns(sample(), after);
    t.same(changesOf(comparison), []);
    const text = renderComparison(comparison, { columns: 200, color: false });
    t.match(text, /\nB was interrupted: what it has is compared\.\n/);
    t.match(text, /\nOnly in A: relogin-storm; mismatch with jwt, 4 instances\.\n/);
    t.match(text, /\nLeft out, because a check failed: request-cost with redis, 1 instance\.\n/);
    t.match(text, /\nNot the same in A and B: JWT_ALGORITHM none, ES256; new-package none, 1\.0\.0\.\n/);
    t.match(renderComparison(compareRuns(after, sample()), NARROW), /Only in B: relogin-storm/);
  },
);

t.test('runs of unlike shape are refused in one line that says why', async (t) => {
  const unlike: [(results: Results) => unknown, RegExp][] = [
    [({ run }) => Object.assign(run, { profile: 'full' }), /profile is quick in A and full in B/],
    [({ context }) => Object.assign(context, { cluster: 'compose' }), /cluster is .* and compose in B/],
    [({ context }) => Object.assign(context, { cpuQuota: 'cgroup v2' }), /cpuQuota is none in A and cgroup v2 in B/],
    [
      ({ context }) => Object.assign(context, { cpuModel: 'Z80', cores: 1 }),
      /cpuModel is .* and Z80 in B, cores is .* 1 in B/,
    ],
    [({ context }) => Object.assign(context, { node: '99.1.0' }), /node is v?\d+\.x in A and 99\.x in B/],
    [({ context }) => Object.assign(context.load, { connections: 64 }), /connections is 32 in A and 64 in B/],
    [({ context }) => Object.assign(context.load, { 'mismatch.users': 7 }), /mismatch\.users is none in A and 7 in B/],
    [({ experiments }) => experiments.splice(0), /no cell is in both/],
  ];
  for (const [change, message] of unlike) {
    t.throws(() => compareRuns(sample(), sample(change)), { code: 'RUNS_UNLIKE', message });
  }
  const narrower = sample((results) => {
    results.experiments.splice(1, 1);
    results.context.load['relogin-storm.users'] = 7;
    results.context.node = results.context.node.replace(/\.\d+\.\d+$/, '.999.0');
    results.run.seed = 7;
  });
  t.same(
    changesOf(compareRuns(sample(), narrower)),
    [],
    'the load of an experiment that is not in both is of no account',
  );
});

/** A run of six strategies and a control, on a machine of some speed, where a round has 3 % of noise. */
function simulate(random: Random, costs: readonly number[]): Results {
  const speed = 0.7 + 0.6 * random();
  const noise = () => 0.03 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const series = (cost: number) => Array.from({ length: 5 }, () => cost * speed * Math.exp(noise()));
  const options = { random, resamples: 200 };
  const baseline = series(18);
  const cell = (factors: Cell['factors'], rounds: readonly number[]): Cell => ({
    factors,
    metrics: {
      instanceCpuMicrosPerRequest: meanOverRounds(rounds, { ...options, unit: 'µs' }),
      ...(rounds === baseline ? {} : { instanceCpuRatioToNone: pairedRatio(rounds, baseline, options) }),
    },
    checks: [],
  });
  return sample((results) => {
    const cells = [
      cell({ strategy: 'none' }, baseline),
      cell({ strategy: 'none', control: true }, series(18)),
      ...costs.map((cost, index) => cell({ strategy: `strategy-${index}` }, series(cost))),
    ];
    results.experiments = [{ id: 'request-cost', question: '', status: 'measured', cells }];
  });
}

t.test(
  'of 200 comparisons of unchanged runs at most 5 % call anything changed, and what changed is found',
  async (t) => {
    const random = createRandom(1, 'comparison');
    const costs = [30, 33, 40, 44, 50, 120];
    const compareWith = (others: readonly number[]) =>
      changesOf(compareRuns(simulate(random, costs), simulate(random, others)));
    const wrong = Array.from({ length: 200 }, () => compareWith(costs)).filter((changes) => changes.length > 0);
    t.ok(wrong.length <= 10, `${wrong.length} of 200 call something changed`);
    const found = Array.from({ length: 20 }, () => compareWith([30, 33, 40, 44 * 1.5, 50, 120]));
    const right = found.filter((changes) => changes.includes('more strategy-3 instanceCpuRatioToNone'));
    t.ok(right.length >= 18, `${right.length} of 20 find what costs half as much again`);
  },
);
