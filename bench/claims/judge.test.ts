import t from 'tap';
import type { PlanRecord, Results, Round } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { sampleResults } from '../testing/sample-results.js';
import type { Claim, Scope } from './claim.js';
import { BUILT, UNBUILT } from './index.js';
import { type Judgement, judge, judgeAll } from './judge.js';
import { mismatch } from './mismatch.js';
import { above, all } from './rules.js';
import { tokenBytes } from './token-bytes.js';

/** Of the list that was agreed before building: ids are stable. */
const IDS = [
  'mismatch relogin-storm mismatch-mended stateless-scales store-ceiling sticky-skew replication-cost',
  'memory-growth lookup-slows load-slows-sessions store-kinds fewer-db-trips',
  'token-bytes fat-token',
  'instance-dies store-dies store-restart store-failover rolling-deploy resize-affinity',
  'logout-immediate theft-window denylist-cost short-ttl cached-denylist stale-role authz-apart lost-update',
  'revived-session',
  'payload-readable tamper-detected password-each-request xss csrf cors cookie-domain',
  'verify-anywhere scoped social-login standard login-dominates login-starves',
].flatMap((group) => group.split(' '));

const whole = sampleResults();
const plan = whole.plan as PlanRecord;

function withPlan(change: Partial<PlanRecord>): Results {
  return { ...whole, plan: { ...plan, ...change } };
}

function notMeasured({ verdict, because, finding, estimates }: Judgement, reason: RegExp): boolean {
  const decided = estimates.some((estimate) => estimate.decided);
  return verdict === 'not measured' && reason.test(because) && finding === `Not measured: ${because}.` && !decided;
}

t.test('the ledger has every claim of the list once, those that are not built with a word on it', async (t) => {
  const judgements = judgeAll(whole);
  const ids = judgements.map(({ id }) => id);
  t.equal(IDS.length, 42);
  t.same([...ids].sort(), [...IDS].sort());
  t.equal(new Set(ids).size, ids.length);
  t.equal(BUILT.length + UNBUILT.length, 42);
  const unbuilt = judgements.filter(({ id }) => UNBUILT.some((claim) => claim.id === id));
  t.ok(unbuilt.every((judgement) => notMeasured(judgement, /^not built yet$/)));
  t.ok(judgements.every(({ group, statement }) => group.length > 3 && statement.length > 5));
});

t.test('the same results give the same judgements', async (t) => {
  const claims = [mismatch, tokenBytes];
  const judged = () => JSON.stringify(claims.map((claim) => judge(claim, structuredClone(whole))));
  t.equal(judged(), judged());
  const shuffled = { ...whole, rounds: whole.rounds.toReversed() };
  t.equal(JSON.stringify(claims.map((claim) => judge(claim, shuffled))), judged(), 'whatever the order of the file');
});

t.test('what a run left out, did not choose or never planned is not measured, and says so', async (t) => {
  const because = 'it needs a Redis that the run started';
  t.ok(notMeasured(judge(mismatch, withPlan({ leftOut: [{ claim: 'mismatch', because }] })), /that the run started$/));
  t.ok(notMeasured(judge(mismatch, withPlan({ claims: ['token-bytes'] })), /not chosen/));
  const kinds = BUILT.find(({ beside }) => beside) as Claim;
  t.ok(notMeasured(judge(kinds, withPlan({ claims: [], strategies: ['memory'] })), /more strategies .*--full/));
  t.ok(notMeasured(judge(mismatch, { ...whole, plan: null }), /ended before it was planned/));
  t.ok(judgeAll({ ...whole, plan: null, rounds: [] }).every(({ verdict }) => verdict === 'not measured'));
});

t.test('a cell that is missing or unsound counts neither for nor against', async (t) => {
  const atFour = ({ factors }: Round) => keyOf(factors) === 'instances=4 strategy=memory';
  const without = judge(mismatch, sampleResults({ without: atFour }));
  t.ok(notMeasured(without, /instances=4 strategy=memory has 0 of at least 8 rounds/), without.because);
  t.ok(without.estimates.length > 0, 'what is there is shown');

  const fail = (round: Round): Round =>
    atFour(round) && round.sweep < 4 ? { ...round, checks: [{ name: 'answers', ok: false, detail: '503' }] } : round;
  t.ok(notMeasured(judge(mismatch, sampleResults({ change: fail })), /4 of 10 rounds failed a check: answers, 503/));
});

t.test('a round that failed a check decides nothing', async (t) => {
  const first = ({ sweep }: Round) => sweep === 0;
  const wrong = (round: Round): Round =>
    first(round) && round.protocol === 'visits'
      ? {
          ...round,
          users: { ...round.users, recognised: round.users.requests },
          checks: [{ name: 'answers', ok: false, detail: '' }],
        }
      : round;
  const left = judge(mismatch, sampleResults({ change: wrong }));
  t.equal(JSON.stringify(left), JSON.stringify(judge(mismatch, sampleResults({ without: first }))));
});

t.test('one instance alone shows nothing of what several do', async (t) => {
  const alone = judge(mismatch, withPlan({ instances: [1] }));
  t.ok(notMeasured(alone, /nothing of it shows/), `${alone.verdict}: ${alone.because}`);
});

t.test('a claim that throws is not measured, and the others go on', async (t) => {
  const thrower: Claim = {
    ...mismatch,
    ask() {
      throw new Error('no such strategy');
    },
  };
  t.ok(notMeasured(judge(thrower, whole), /^its rule failed: no such strategy$/));
  const shares = ({ factors }: Round) => factors.strategy === 'memory';
  const broken = (round: Round): Round =>
    shares(round) && round.protocol === 'visits'
      ? { ...round, users: { ...round.users, requests: round.users.requests.map(() => 0) } }
      : round;
  const judgements = judgeAll(sampleResults({ change: broken }));
  const of = (id: string) => judgements.find((judgement) => judgement.id === id) as Judgement;
  t.ok(notMeasured(of('mismatch'), /^its rounds do not give requests recognised/), of('mismatch').because);
  t.equal(of('token-bytes').verdict, 'true');
});

t.test('a number that is only shown takes no verdict with it', async (t) => {
  const { quantities } = tokenBytes.ask({ strategies: plan.strategies, instances: [1] } as unknown as Scope).rule;
  const quantity = quantities[0] as (typeof quantities)[number];
  const failing = (error: Error) => ({
    ...quantity,
    metric: 'broken',
    estimate() {
      throw error;
    },
  });
  const claim = (error: Error): Claim => ({
    ...tokenBytes,
    ask: () => ({ rule: all([above(quantity, 1)]), shows: [failing(error)], finding: (words) => words(quantity) }),
  });
  const shown = judge(claim(new RangeError('too few')), whole);
  t.equal(shown.verdict, 'true');
  t.notOk(shown.estimates.some(({ metric }) => metric === 'broken'));
  t.match(judge(claim(new TypeError('a bug')), whole), { verdict: 'not measured', because: 'its rule failed: a bug' });
});

t.test('what is no number decides nothing', async (t) => {
  const standing = (round: Round): Round =>
    round.protocol === 'saturation' ? { ...round, sent: 0, sentBytes: 0 } : round;
  const judgement = judge(tokenBytes, sampleResults({ change: standing }));
  t.equal(judgement.verdict, 'not measured', judgement.because);
});

t.test('an open question says how much longer it takes to answer', async (t) => {
  const close = { recognised: (_: string, instances: number) => (instances === 1 ? 1 : 0.895) };
  const open = judge(mismatch, sampleResults({ truth: close }));
  t.equal(open.verdict, 'inconclusive', open.because);
  t.match(
    open.because,
    /too wide: .* contains 90 %; (about \d+ more minutes? of it would decide it|it is too close to call)/,
  );
  t.notMatch(open.because, /NaN|Infinity|-\d/);
});

t.test('each number says what theory predicts, and agrees only where all of its interval does', async (t) => {
  const [two] = judge(mismatch, whole).estimates;
  t.match(two, {
    metric: 'recognisedRatio',
    factors: { instances: 2 },
    predicted: 0.5,
    decided: true,
    agrees: 'agrees',
  });
  const astride = { recognised: (_: string, instances: number) => (instances === 2 ? 0.55 : 1 / instances) };
  const open = judge(mismatch, sampleResults({ truth: astride }));
  t.equal(open.estimates[0]?.agrees, 'open', 'an interval that reaches beyond the margin agrees with nothing');
  const other = judge(mismatch, sampleResults({ truth: { recognised: () => 0.7 } }));
  t.equal(other.estimates[0]?.agrees, 'disagrees');
});
