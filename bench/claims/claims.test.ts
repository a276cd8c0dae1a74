import t from 'tap';
import type { PlanRecord, Results } from '../contract.js';
import { ACTS } from '../metrics/battery.js';
import { type CellRef, keyOf, type Quantity } from '../metrics/quantity.js';
import { sampleResults } from '../testing/sample-results.js';
import { risingP99Ms, TRUTH, type Truth } from '../testing/truth.js';
import type { Claim, Scope } from './claim.js';
import { BUILT } from './index.js';
import { judge } from './judge.js';

/** A world, and what each claim is in it. */
interface World {
  readonly name: string;
  readonly truth: Partial<Truth>;
  readonly verdicts: Readonly<Record<string, string>>;
}

const only =
  (...chosen: string[]) =>
  (strategy: string) =>
    chosen.includes(strategy);
const scaling =
  (scales: (strategy: string) => boolean): Truth['speedup'] =>
  (strategy, instances) =>
    scales(strategy) ? instances : 1;
const growing =
  (grows: (strategy: string) => boolean): Truth['p99Ms'] =>
  (strategy, load) =>
    risingP99Ms(10, grows(strategy) ? 50 : 11, load);
const cached =
  (times: number): Truth['costTimes'] =>
  ({ cacheSeconds }) =>
    Number(cacheSeconds ?? 0) > 0 ? times : 1;
const crowded =
  (times: number): Truth['costTimes'] =>
  ({ sessions }) =>
    Number(sessions ?? 0) > 1_000 ? times : 1;
const equalBytes = { memory: 200, sticky: 200, redis: 200, jwt: 200, none: 90 };

const WORLDS: readonly World[] = [
  {
    name: 'as theory has it',
    truth: {},
    verdicts: {
      mismatch: 'true',
      'mismatch-mended': 'true',
      'relogin-storm': 'true',
      'sticky-skew': 'depends',
      'resize-affinity': 'depends',
      'lost-update': 'true',
      'revived-session': 'false',
      'token-bytes': 'true',
      'store-ceiling': 'depends',
      'stateless-scales': 'depends',
      'load-slows-sessions': 'false',
      'instance-dies': 'true',
      'store-dies': 'true',
      'store-restart': 'depends',
      'store-failover': 'true',
      'replication-cost': 'true',
      'rolling-deploy': 'depends',
      'logout-immediate': 'true',
      'theft-window': 'true',
      'stale-role': 'true',
      'short-ttl': 'true',
      'denylist-cost': 'true',
      'cached-denylist': 'true',
      'authz-apart': 'true',
      'payload-readable': 'true',
      'tamper-detected': 'true',
      standard: 'true',
      'verify-anywhere': 'true',
      scoped: 'true',
      'fat-token': 'true',
      'fewer-db-trips': 'depends',
      'password-each-request': 'true',
      'login-dominates': 'true',
      'memory-growth': 'depends',
      'lookup-slows': 'false',
      'login-starves': 'depends',
    },
  },
  {
    name: 'what is tried comes out otherwise now and then',
    truth: { misjudged: () => 0.05, readable: 0.9 },
    verdicts: {
      'authz-apart': 'false',
      'payload-readable': 'false',
      'tamper-detected': 'false',
      standard: 'false',
      'verify-anywhere': 'false',
      scoped: 'false',
    },
  },
  {
    name: 'little was tried',
    truth: { triedTimes: 0.1 },
    verdicts: {
      'authz-apart': 'inconclusive',
      'payload-readable': 'inconclusive',
      'tamper-detected': 'inconclusive',
      standard: 'inconclusive',
      'verify-anywhere': 'inconclusive',
      scoped: 'inconclusive',
    },
  },
  {
    name: 'one strategy takes a forgery',
    truth: { misjudged: (strategy, name) => (strategy === 'redis' && name === 'signature cut' ? 0.05 : 0) },
    verdicts: { 'tamper-detected': 'false', 'authz-apart': 'true', standard: 'true' },
  },
  {
    name: 'one algorithm is read otherwise',
    truth: { misjudged: (_, name) => (name === 'algorithm EdDSA: of the other at ours' ? 0.5 : 0) },
    verdicts: { standard: 'false', scoped: 'true' },
  },
  {
    name: 'each kind of store takes twice what the one before takes',
    truth: { balancerMicros: 10, instanceMicros: { ...TRUTH.instanceMicros, redis: 70, postgres: 140, file: 140 } },
    verdicts: { 'store-kinds': 'true' },
  },
  {
    name: 'a disk takes less than Redis',
    truth: { balancerMicros: 10, instanceMicros: { ...TRUTH.instanceMicros, redis: 70, postgres: 140, file: 45 } },
    verdicts: { 'store-kinds': 'depends' },
  },
  { name: 'the issuer is asked each time', truth: { issuerCalls: 1200 }, verdicts: { 'verify-anywhere': 'false' } },
  {
    name: 'a token is good only while its issuer runs',
    truth: { misjudged: (_, name) => (name === 'issuer gone: good' ? 1 : 0) },
    verdicts: { 'verify-anywhere': 'false', scoped: 'true' },
  },
  {
    name: 'a token for reading writes',
    truth: { misjudged: (_, name) => (name === 'scope read: writes' ? 0.1 : 0) },
    verdicts: { scoped: 'false', 'verify-anywhere': 'true' },
  },
  {
    name: 'tokens end at once',
    truth: { windowS: () => 0 },
    verdicts: {
      'logout-immediate': 'false',
      'theft-window': 'false',
      'stale-role': 'false',
      'denylist-cost': 'true',
      'cached-denylist': 'false',
    },
  },
  {
    name: 'a refresh at the same time logs out, whatever the grace',
    truth: { wrong: (race) => (race === 'refresh' ? 0.02 : 0) },
    verdicts: { 'short-ttl': 'false' },
  },
  {
    name: 'nothing ends what has begun',
    truth: { windowS: () => Number.POSITIVE_INFINITY },
    verdicts: {
      'short-ttl': 'false',
      'logout-immediate': 'false',
      'theft-window': 'true',
      'denylist-cost': 'false',
      'cached-denylist': 'false',
    },
  },
  {
    name: 'sessions live on like tokens',
    truth: { windowS: () => 7.4 },
    verdicts: { 'logout-immediate': 'false', 'stale-role': 'true' },
  },
  {
    name: 'an admin can end a token, its user cannot',
    truth: { windowS: (_, act) => (act === ACTS.revocation ? 0 : 7.4) },
    verdicts: { 'theft-window': 'depends' },
  },
  {
    name: 'a denylist is dear',
    truth: { instanceMicros: { ...TRUTH.instanceMicros, 'jwt-denylist': 90 } },
    verdicts: { 'denylist-cost': 'depends' },
  },
  {
    name: 'a denylist is cheap',
    truth: { instanceMicros: { ...TRUTH.instanceMicros, 'jwt-denylist': 30 } },
    verdicts: { 'denylist-cost': 'depends' },
  },
  {
    name: 'a cache makes requests dearer',
    truth: { costTimes: cached(1.3) },
    verdicts: { 'cached-denylist': 'false' },
  },
  {
    name: 'everyone is recognised everywhere',
    truth: { recognised: () => 1 },
    verdicts: { mismatch: 'false', 'relogin-storm': 'false', 'mismatch-mended': 'true' },
  },
  {
    name: 'in memory it is well enough on two instances, not on four',
    truth: {
      recognised: (strategy, instances) => (strategy === 'memory' ? ([1, 1, 0.96, 0.8, 0.6][instances] ?? 0.5) : 1),
    },
    verdicts: { mismatch: 'false', 'relogin-storm': 'false' },
  },
  {
    name: 'one remedy recognises nine of ten',
    truth: { recognised: (strategy) => (strategy === 'redis' ? 0.9 : 1) },
    verdicts: { 'mismatch-mended': 'false' },
  },
  {
    name: 'passwords are cheap to check',
    truth: { loginMicros: 2_000 },
    verdicts: { 'password-each-request': 'true', 'login-dominates': 'false' },
  },
  {
    name: 'passwords are next to free',
    truth: { loginMicros: 440 },
    verdicts: { 'password-each-request': 'false' },
  },
  {
    name: 'a long token costs no more',
    truth: { costTimes: () => 1 },
    verdicts: { 'fat-token': 'false' },
  },
  {
    name: 'every session asks the database',
    truth: { databaseTrips: { redis: 1, 'redis-id': 2 } },
    verdicts: { 'fewer-db-trips': 'true' },
  },
  {
    name: 'a token asks the database, too',
    truth: { databaseTrips: { 'redis-id': 1, jwt: 1 } },
    verdicts: { 'fewer-db-trips': 'false' },
  },
  {
    name: 'sessions are large',
    truth: { sessionBytes: { instance: { memory: 90_000 }, store: { redis: 20_000 } } },
    verdicts: { 'memory-growth': 'true' },
  },
  {
    name: 'sessions are tiny',
    truth: { sessionBytes: { instance: { memory: 50 }, store: { redis: 50 } } },
    verdicts: { 'memory-growth': 'false' },
  },
  {
    name: 'sessions are as large as it takes to be in doubt',
    truth: { sessionBytes: { instance: { memory: 107 }, store: {} } },
    verdicts: { 'memory-growth': 'inconclusive' },
  },
  {
    name: 'many sessions slow lookups',
    truth: { costTimes: crowded(1.6) },
    verdicts: { 'lookup-slows': 'true' },
  },
  {
    name: 'many sessions slow lookups a little',
    truth: { costTimes: crowded(1.17), noise: 0.01 },
    verdicts: { 'lookup-slows': 'depends' },
  },
  {
    name: 'a storm slows everyone, gate or no gate',
    truth: { p99InStorm: () => 8 },
    verdicts: { 'login-starves': 'true' },
  },
  {
    name: 'a storm slows nobody',
    truth: { p99InStorm: () => 1.1 },
    verdicts: { 'login-starves': 'false' },
  },
  { name: 'even', truth: { skew: { equal: 1, zipf: 1 } }, verdicts: { 'sticky-skew': 'false' } },
  { name: 'uneven', truth: { skew: { equal: 1.3, zipf: 1.5 } }, verdicts: { 'sticky-skew': 'true' } },
  {
    name: 'what meets on a session does no harm',
    truth: { wrong: () => 0 },
    verdicts: { 'lost-update': 'false', 'revived-session': 'false' },
  },
  {
    name: 'what meets on a session does harm with redis alone',
    truth: { wrong: (_, { strategy }) => (strategy === 'redis' ? 0.5 : 0) },
    verdicts: { 'lost-update': 'depends', 'revived-session': 'depends' },
  },
  {
    name: 'what meets on a session now and then does harm',
    truth: { wrong: () => 0.01 },
    verdicts: { 'lost-update': 'true', 'revived-session': 'true' },
  },
  { name: 'nobody moves', truth: { moved: () => 0 }, verdicts: { 'resize-affinity': 'false' } },
  { name: 'everybody moves', truth: { moved: () => 0.9 }, verdicts: { 'resize-affinity': 'true' } },
  { name: 'all alike in bytes', truth: { requestBytes: equalBytes }, verdicts: { 'token-bytes': 'inconclusive' } },
  {
    name: 'a short token',
    truth: { requestBytes: { ...equalBytes, jwt: 150 } },
    verdicts: { 'token-bytes': 'false' },
  },
  {
    name: 'a token between one cookie and the other',
    truth: { requestBytes: { ...equalBytes, memory: 150, redis: 250 } },
    verdicts: { 'token-bytes': 'false' },
  },
  { name: 'a dear store', truth: { storeMicros: { redis: 11 } }, verdicts: { 'store-ceiling': 'true' } },
  { name: 'a cheap store', truth: { storeMicros: { redis: 0.6 } }, verdicts: { 'store-ceiling': 'false' } },
  { name: 'only tokens scale', truth: { speedup: scaling(only('jwt')) }, verdicts: { 'stateless-scales': 'true' } },
  {
    name: 'tokens and redis scale',
    truth: { speedup: scaling(only('jwt', 'redis')) },
    verdicts: { 'stateless-scales': 'depends' },
  },
  {
    name: 'all but tokens scale',
    truth: { speedup: scaling(only('sticky', 'redis')) },
    verdicts: { 'stateless-scales': 'false' },
  },
  {
    name: 'p99 grows with sessions only',
    truth: { p99Ms: growing(only('redis')) },
    verdicts: { 'load-slows-sessions': 'true' },
  },
  {
    name: 'p99 grows with tokens only',
    truth: { p99Ms: growing(only('jwt')) },
    verdicts: { 'load-slows-sessions': 'false' },
  },
  { name: 'p99 is flat', truth: { p99Ms: growing(only()) }, verdicts: { 'load-slows-sessions': 'false' } },
  {
    name: 'nothing is lost, whatever is restarted',
    truth: { loggedOut: () => 0, answered: () => 1 },
    verdicts: { 'instance-dies': 'false', 'rolling-deploy': 'false', 'store-dies': 'false', 'store-restart': 'false' },
  },
  {
    name: 'everything is lost',
    truth: { loggedOut: () => 1 },
    verdicts: { 'instance-dies': 'true', 'rolling-deploy': 'true', 'store-restart': 'true' },
  },
  {
    name: 'draining saves sessions',
    truth: { loggedOut: (event, ...of) => (event.includes('drained') ? 0 : TRUTH.loggedOut(event, ...of)) },
    verdicts: { 'rolling-deploy': 'depends' },
  },
  {
    name: 'one message reaches all instances',
    truth: { messagesPerLogin: () => 1 },
    verdicts: { 'replication-cost': 'false' },
  },
  {
    name: 'a message reaches several instances',
    truth: { messagesPerLogin: (instances) => Math.sqrt(instances - 1) * 0.8 },
    verdicts: { 'replication-cost': 'depends' },
  },
  {
    name: 'a replicated store of one kind loses something now and then',
    truth: { lostInFailover: (store) => (store === 'sentinel' ? 0.3 : 0) },
    verdicts: { 'store-failover': 'depends' },
  },
  {
    name: 'a replicated store of one kind comes back late',
    truth: { outageS: (store) => (store === 'cluster' ? 40 : 4), lostInFailover: () => 0.3 },
    verdicts: { 'store-failover': 'false' },
  },
  {
    name: 'too close to call',
    truth: {
      recognised: (strategy, instances) => (instances === 1 ? 1 : strategy === 'memory' ? 0.9 : 0.99),
      skew: { equal: 1.1, zipf: 1.1 },
      moved: () => 0.1,
      loggedOut: () => 0.1,
      answered: () => 0.1,
      outageS: () => 30,
      windowS: (strategy, _, cacheSeconds) => cacheSeconds || (strategy === 'jwt-refresh' ? 8 : 1),
      costTimes: cached(1),
    },
    verdicts: {
      'theft-window': 'inconclusive',
      'short-ttl': 'inconclusive',
      'stale-role': 'inconclusive',
      mismatch: 'inconclusive',
      'mismatch-mended': 'inconclusive',
      'sticky-skew': 'inconclusive',
      'resize-affinity': 'inconclusive',
      'instance-dies': 'inconclusive',
      'store-dies': 'inconclusive',
      'store-failover': 'inconclusive',
      'rolling-deploy': 'inconclusive',
    },
  },
  {
    name: 'a restart logs out half of the users',
    truth: { loggedOut: () => 0.5 },
    verdicts: { 'store-restart': 'inconclusive' },
  },
  {
    name: 'no round is like another',
    truth: { noise: 0.8 },
    verdicts: {
      'denylist-cost': 'inconclusive',
      'cached-denylist': 'inconclusive',
      'store-ceiling': 'inconclusive',
      'stateless-scales': 'inconclusive',
      'load-slows-sessions': 'inconclusive',
      'login-dominates': 'inconclusive',
      'fat-token': 'inconclusive',
      'lookup-slows': 'inconclusive',
      'login-starves': 'inconclusive',
    },
  },
];

const claimOf = (id: string) => BUILT.find((claim) => claim.id === id) as Claim;

for (const { name, truth, verdicts } of WORLDS) {
  t.test(`where ${name}`, async (t) => {
    const results = sampleResults({ truth, claims: Object.keys(verdicts) });
    for (const [id, verdict] of Object.entries(verdicts)) {
      const { verdict: found, because } = judge(deciding(claimOf(id)), results);
      t.equal(found, verdict, `${id}: ${because}`);
    }
  });
}

t.test('every claim is decided in one world and open in another', async (t) => {
  for (const { id } of BUILT) {
    const found = new Set(WORLDS.flatMap(({ verdicts }) => verdicts[id] ?? []));
    t.ok(found.size > 1, `${id}: ${[...found]}`);
  }
});

const whole = sampleResults();
const scope = whole.plan as PlanRecord as unknown as Scope;

t.test('without any one of the cells that decide it, no claim has a verdict', async (t) => {
  for (const claim of BUILT) {
    const cells = claim.ask(scope).rule.quantities.flatMap((quantity) => quantity.cells);
    for (const cell of cells) {
      const { verdict, because } = judge(deciding(claim), without(whole, cell));
      t.equal(verdict, 'not measured', `${claim.id}: ${because}`);
      t.ok(because.includes(keyOf(cell.factors)), because);
    }
  }
});

t.test('a whole run has a number for all that claims say and show', async (t) => {
  for (const claim of BUILT) {
    const { rule, shows = [] } = claim.ask(scope);
    const { finding, because, estimates } = judge(claim, whole);
    t.notMatch(`${finding} ${because}`, /unknown|NaN|undefined|Infinity/, claim.id);
    t.equal(estimates.filter(({ decided }) => decided).length, rule.quantities.length);
    for (const { metric, factors, value, low, high } of estimates) {
      const of = `${claim.id}: ${metric} ${keyOf(factors)} ${value} (${low} to ${high})`;
      t.ok([value, low, high].every(Number.isFinite) && low <= value && value <= high, of);
    }
    const shown = new Set(estimates.map(({ metric, factors }) => `${metric} ${keyOf(factors)}`));
    for (const { metric, factors } of shows) {
      // Unknown by right: nothing failed.
      if (metric !== 'timeToFailMs') t.ok(shown.has(`${metric} ${keyOf(factors)}`), `${claim.id} shows ${metric}`);
    }
  }
});

/** Without the numbers that are only shown, and with fewer resamples for the others, which take time. */
function deciding(claim: Claim): Claim {
  const sooner = (quantity: Quantity): Quantity => ({
    ...quantity,
    estimate: (evidence, options) => quantity.estimate(evidence, { ...options, resamples: 500 }),
  });
  return {
    ...claim,
    ask(scope) {
      const { rule } = claim.ask(scope);
      return { rule: { ...rule, quantities: rule.quantities.map(sooner) }, finding: () => '' };
    },
  };
}

function without(results: Results, { measurement, factors }: CellRef): Results {
  const gone = keyOf(factors);
  return {
    ...results,
    rounds: results.rounds.filter((round) => round.measurement !== measurement.key || keyOf(round.factors) !== gone),
  };
}
