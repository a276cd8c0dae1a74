import t from 'tap';
import type { Results, Round, RoundOf, SaturationRound } from '../contract.js';
import { readResults } from '../results/log.js';
import { judgementViolations, violations } from '../testing/arithmetic.js';
import { roundViolations } from '../testing/round-arithmetic.js';
import { sampleResults } from '../testing/sample-results.js';
import type { JudgedEstimate, Judgement } from './judge.js';

const whole = sampleResults();

t.test('a run adds up, whatever is true in its world and whatever of it is missing', async (t) => {
  const odd = ({ sweep }: Round) => sweep % 3 === 1;
  const runs: readonly Results[] = [
    whole,
    sampleResults({ truth: { noise: 0.4 }, without: odd }),
    { ...whole, rounds: [] },
  ];
  for (const run of runs) t.same(violations(run), []);
});

t.test('the run that is committed as a sample adds up', async (t) => {
  const said: string[] = [];
  const sample = readResults('docs/sample-report', (line) => said.push(line));
  t.same(said, [], 'it is whole');
  t.match(sample.end, { status: 'complete' });
  t.same(violations(sample), []);
});

t.test('a round that failed its checks is not held against the run', async (t) => {
  const change = (round: Round): Round =>
    round.protocol === 'visits' && round.sweep === 0
      ? { ...round, statuses: {}, checks: [{ name: 'answers', ok: false, detail: '' }] }
      : round;
  const unjudged = (change: (round: Round) => Round) => violations({ ...sampleResults({ change }), plan: null });
  t.same(unjudged(change), []);
  const passed = (round: Round): Round => ({ ...change(round), checks: [] });
  t.match(unjudged(passed), [/requests by status/, /recognised/]);
});

/** A round as it was simulated, but for what is wrong with it. */
function plant<P extends Round['protocol']>(protocol: P, wrong: (round: RoundOf<P>) => Partial<RoundOf<P>>): string[] {
  const round = whole.rounds.find(
    (one) => one.protocol === protocol && !('strategy' in one.factors && one.factors.strategy === 'idle') && full(one),
  ) as RoundOf<P>;
  return roundViolations({ ...round, ...wrong(round) } as Round);
}

/** With slices for instances and store, where the protocol has slices; of batteries the one with the most to it. */
function full(round: Round): boolean {
  if (round.protocol === 'battery') return round.factors.battery === 'windows';
  return round.protocol !== 'saturation' || round.storeCores !== null;
}

t.test('what cannot be of visits is found', async (t) => {
  t.match(
    plant('visits', ({ users }) => ({ users: { ...users, recognised: users.requests.map((count) => count + 1) } })),
    [/recognised of user 0: 3 is more than 2/],
  );
  t.match(
    plant('visits', ({ users }) => ({ users: { ...users, recognised: [] } })),
    [/is more than 2/],
  );
  t.match(
    plant('visits', () => ({ statuses: { 200: 1 } })),
    [/requests by status: 1 is not 400/, /recognised: \d+ is not 1/],
  );
  t.match(
    plant('visits', () => ({ byInstance: { 'instance-1': 500 } })),
    [/requests by instance: 500 is not 400/],
  );
});

t.test('what cannot be of a closed loop is found', async (t) => {
  const work = (change: Partial<SaturationRound['steady']['work']>) =>
    plant('saturation', ({ steady }) => ({ steady: { ...steady, work: { ...steady.work, ...change } } }));
  t.match(
    plant('saturation', ({ sent }) => ({ answered: sent + 1 })),
    [/answered and failed: [\d,]+ is more than/],
  );
  t.match(
    plant('saturation', ({ sent }) => ({ failures: { timeout: sent } })),
    [/answered and failed/],
  );
  t.match(
    plant('saturation', ({ steady, answered }) => ({ steady: { ...steady, statuses: { 200: answered + 1 } } })),
    [/answered in the steady time/],
  );
  t.match(
    plant('saturation', () => ({ sent: 9, answered: 9 })),
    [/answered in the steady/, /times in the steady time/],
  );
  t.match(
    plant('saturation', () => ({ durationMs: 5 })),
    [/steady time, ms/],
  );
  t.match(work({ instanceCpuMicros: 1.3 * 6 * 0.1 * 800_000 }), [/slices of instances: 1\.3\d* is more than 1\.1/]);
  t.match(work({ storeCpuMicros: 1.3 * 0.016 * 800_000 }), [/slice of the store: 1\.3/]);
  t.match(work({ balancerCpuMicros: 1.1 * 800_000 }), [/core of the balancer/]);
  t.match(
    plant('saturation', () => ({ connections: 3 })),
    [/requests under way \(X · R\)/],
  );
  const throttling = { periods: 3, throttledPeriods: 4, throttledMicros: 0 };
  t.match(work({ instanceThrottling: throttling }), [/throttled periods of instances: 4 is more than 3/]);
  t.match(work({ storeThrottling: throttling }), [/throttled periods of the store/]);
});

t.test('what cannot be of a load that was offered is found', async (t) => {
  t.match(
    plant('offered-load', ({ sent }) => ({ sent: sent + 1 })),
    [/sent: [\d,]+ is more than/],
  );
  t.match(
    plant('offered-load', ({ sent }) => ({ late: sent + 1 })),
    [/late/],
  );
  t.match(
    plant('offered-load', () => ({ failures: { timeout: 1 } })),
    [/answered and failed/],
  );
  t.match(
    plant('offered-load', () => ({ statuses: {} })),
    [/requests by status/],
  );
  const { latency } = whole.rounds.find(({ protocol }) => protocol === 'offered-load') as RoundOf<'offered-load'>;
  const few = { scheduled: 10, sent: 10, answered: 10, statuses: { 200: 10 }, latency };
  t.match(
    plant('offered-load', () => few),
    [/times: [\d,]+ is more than 10/],
  );
});

t.test('what cannot be of a timeline is found', async (t) => {
  const line = (change: Partial<RoundOf<'timeline'>['strategies'][string]>) =>
    plant('timeline', ({ strategies }) => {
      const { jwt, ...others } = strategies;
      return { strategies: jwt ? { ...others, jwt: { ...jwt, ...change } } : others };
    });
  t.match(line({ loggedOut: 41 }), [/users logged out with jwt: 41 is more than 40/]);
  t.match(line({ ok: [1, 1] }), [/bins of refusals/, /bins of failures/, /requests by status/, /times with jwt/]);
  t.match(line({ statuses: { 200: 1 } }), [/requests by status with jwt/]);
  const { redis } = (whole.rounds.findLast(({ protocol }) => protocol === 'timeline') as RoundOf<'timeline'>)
    .strategies;
  t.match(line({ failedLatency: redis?.latency ?? '' }), [/times to fail with jwt/]);
});

t.test('what cannot be of a battery is found', async (t) => {
  const answers = (...all: RoundOf<'battery'>['cases'][number]['answers']) =>
    plant('battery', ({ cases: [first] }) => ({ cases: first ? [{ ...first, answers: all }] : [] }));
  const accepted = { status: 200, firstMs: 2, lastMs: 90, count: 3 };
  t.same(answers(accepted, { status: 401, firstMs: 95, lastMs: 140, count: 2 }), []);
  t.match(answers(), [/cases without an answer with memory, logout: 1 is more than 0/]);
  t.match(answers({ ...accepted, lastMs: 1 }), [/first of the answers/]);
  t.match(answers({ ...accepted, count: 1 }), [/answers in no time/]);
  t.match(answers(accepted, { ...accepted, status: 401 }), [/first before the last of those before/]);
  t.match(answers(accepted, { ...accepted, firstMs: 90 }), [/the same status twice/]);
  const { counts = {} } =
    (whole.rounds as RoundOf<'battery'>[]).find(({ factors }) => factors.battery === 'payloads') ?? {};
  t.match(
    plant('battery', () => ({ counts: { ...counts, 'jwt readable facts': 35 } })),
    [/facts with jwt: 35 is not 36/],
  );
});

t.test('what cannot be of a population is found', async (t) => {
  t.match(
    plant('population', ({ readings }) => ({ readings: [...readings].reverse() })),
    [/sessions of a reading, and of the next/],
  );
});

t.test('what cannot be of a storm is found', async (t) => {
  t.match(
    plant('storm', ({ sent }) => ({ answered: sent + 1 })),
    [/answered and failed/, /page views by status/],
  );
  t.match(
    plant('storm', () => ({ logins: { sent: 1, statuses: { 200: 2 } } })),
    [/logins by status: 2 is more than 1/],
  );
});

t.test('what cannot be of a failover is found', async (t) => {
  t.match(
    plant('failover', ({ logins }) => ({ logins: { ...logins, count: 0, unknown: 1 } })),
    [/lost of logins: 1 is more than 0/],
  );
  t.match(
    plant('failover', ({ failed }) => ({ failed: failed.slice(0, 20) })),
    [/bins of failures/, /requests by status/, /times to fail/],
  );
  t.match(
    plant('failover', () => ({ killedMs: 1e6, keyShare: 1.1 })),
    [/when the master was killed/, /share of keys/],
  );
});

t.test('what cannot be of a replication is found', async (t) => {
  t.match(
    plant('replication', ({ logins }) => ({ messages: 20 * logins, bytes: 1, stale: logins + 1 })),
    [/messages to other instances/, /messages, and their bytes/, /stale logins/],
  );
});

const estimate: JudgedEstimate = {
  metric: 'recognisedRatio',
  label: 'requests recognised',
  factors: { strategy: 'jwt', instances: 4 },
  value: 0.9,
  low: 0.8,
  high: 0.95,
  n: 8,
  unit: 'share',
  decided: true,
  thresholds: [0.5],
  perRound: [],
};
const judgement: Judgement = {
  id: 'mismatch',
  group: '',
  statement: '',
  verdict: 'true',
  headline: 'Yes.',
  finding: 'Yes.',
  because: 'so it is',
  estimates: [estimate],
  predictions: [],
  misleads: [],
  measurements: [],
};

t.test('a number that cannot be is found', async (t) => {
  const found = (wrong: Partial<JudgedEstimate>) =>
    judgementViolations([{ ...judgement, estimates: [estimate, { ...estimate, decided: false, ...wrong }] }]);
  t.same(found({}), []);
  t.match(found({ high: 1.01 }), [/mismatch: recognisedRatio with instances=4 strategy=jwt: .* is a share above 1/]);
  t.match(found({ low: -0.01 }), [/is a share below 0/]);
  t.match(found({ value: 0.96 }), [/lies outside of its interval/]);
  t.match(found({ value: 0.79 }), [/lies outside of its interval/]);
  t.match(found({ high: Number.NaN }), [/is no number/]);
  t.match(found({ high: Number.POSITIVE_INFINITY }), [/is no number/]);
  t.match(found({ n: 0 }), [/rests on 0 observations/]);
  const speedup = { metric: 'speedup', unit: 'ratio', value: 4.3, high: 5 };
  t.match(found({ ...speedup, low: 4.1 }), [/is more than so many instances can serve/]);
  t.same(found({ ...speedup, low: 3.9 }), []);
  const busiest = { metric: 'maxToMeanLoad', unit: 'ratio', low: 0, high: 9 };
  t.match(found({ ...busiest, value: 4.5 }), [/no maximum by a mean/]);
  t.match(found({ ...busiest, value: 0.5 }), [/no maximum by a mean/]);
});

t.test('a verdict that its numbers do not carry is found', async (t) => {
  const found = (wrong: Partial<Judgement>) => judgementViolations([{ ...judgement, ...wrong }]);
  t.match(found({ estimates: [] }), [/is true without a number that decides it/]);
  t.match(found({ estimates: [{ ...estimate, decided: false }], verdict: 'inconclusive' }), [
    /is inconclusive without/,
  ]);
  t.match(found({ verdict: 'not measured' }), [/is not measured, and yet a number decides it/]);
  const open = [{ ...estimate, thresholds: [0.85] }];
  t.match(found({ estimates: open }), [/is true, though every interval contains its threshold/]);
  t.same(found({ estimates: open, verdict: 'inconclusive' }), []);
  t.match(found({ because: '' }), [/says nothing/]);
  t.match(found({ because: 'p99 NaN ms' }), [/says p99 NaN ms/]);
});
