import t from 'tap';
import { MOUNTED_STRATEGIES, STRATEGIES } from '../services/contract.js';
import { BUILT } from './claims/index.js';
import { keyOf } from './metrics/quantity.js';
import { FULL_MINUTES, QUICK_MINUTES } from './options.js';
import { type Lacks, makePlan, minutesOf } from './plan.js';

const SCOPE = { strategies: MOUNTED_STRATEGIES, instances: [1, 2, 4] };
/** What a run measures unless told otherwise. */
const USUAL = BUILT.filter(({ beside }) => !beside);
const EVERYTHING: Lacks = { strategy: () => undefined, requirement: () => undefined };
const only = (...ids: string[]) => BUILT.filter(({ id }) => ids.includes(id));

t.test('claims that need the same rounds share them, and each cell is planned once', async (t) => {
  const { measurements, leftOut } = makePlan({ claims: USUAL, scope: SCOPE, minutes: FULL_MINUTES, lacks: EVERYTHING });
  t.same(leftOut, []);
  t.equal(new Set(measurements.map(({ key }) => key)).size, measurements.length);
  for (const { key, cells } of measurements) t.equal(new Set(cells.map(keyOf)).size, cells.length, key);
  const pages = (...ids: string[]) => {
    const plan = makePlan({ claims: only(...ids), scope: SCOPE, minutes: FULL_MINUTES, lacks: EVERYTHING });
    return plan.measurements.find(({ key }) => key.includes('act=page'))?.cells.length;
  };
  t.ok((pages('mismatch-mended', 'sticky-skew') ?? 0) < (pages('mismatch-mended') ?? 0) + (pages('sticky-skew') ?? 0));
});

const planned = (minutes: number) => {
  const { leftOut, measurements } = makePlan({ claims: USUAL, scope: SCOPE, minutes, lacks: EVERYTHING });
  const cells = measurements.flatMap(({ key, cells }) => cells.map((factors) => `${key}: ${keyOf(factors)}`));
  return {
    leftOut: leftOut.map(({ claim }) => claim),
    has: (wanted: RegExp) => cells.some((cell) => wanted.test(cell)),
  };
};

t.test(
  'a default run has room for 30 claims and the control of the rig, a full one for all that is shown',
  async (t) => {
    const quick = planned(QUICK_MINUTES);
    const late = ['lookup-slows', 'stateless-scales', 'login-starves', 'load-slows-sessions', 'store-failover'];
    t.same(quick.leftOut, late);
    t.ok(quick.has(/control=true/));
    const full = planned(FULL_MINUTES);
    t.same(full.leftOut, []);
    for (const wanted of [/instances and store: /, /control=true/, /connections=32 .*straight=true strategy=redis/]) {
      t.ok(full.has(wanted), `${wanted}`);
    }
  },
);

t.test('what does not fit says how many minutes it needs, and then fits', async (t) => {
  const { leftOut, measurements } = makePlan({ claims: USUAL, scope: SCOPE, minutes: 2, lacks: EVERYTHING });
  t.ok(leftOut.length > 0 && measurements.length > 0);
  const [, minutes] = /^needs ([\d.]+) minutes \(--minutes\)$/.exec(leftOut.at(-1)?.because ?? '') ?? [];
  const enough = makePlan({ claims: USUAL, scope: SCOPE, minutes: Number(minutes), lacks: EVERYTHING });
  t.notOk(enough.leftOut.some(({ claim }) => claim === leftOut.at(-1)?.claim));
  const seconds = measurements.reduce((sum, one) => sum + one.seconds, 0);
  t.ok(seconds <= 120, `${seconds} s are planned of 120`);
});

t.test('the least rounds are planned, however many minutes there are', async (t) => {
  const planned = [1, 60].map(
    (minutes) => makePlan({ claims: only('mismatch'), scope: SCOPE, minutes, lacks: EVERYTHING }).measurements,
  );
  t.same(planned[0], planned[1]);
});

t.test('what a machine lacks leaves out the claims that need it, with the reason, and no others', async (t) => {
  const lacks: Lacks = {
    strategy: (name) => (STRATEGIES[name].needs.includes('redis') ? 'no Redis' : undefined),
    requirement: (name) =>
      ({
        Redis: 'no Redis',
        'a Redis of its own': 'no Redis',
        'a database of its own': undefined,
        'a Redis with a disk': undefined,
        'slices of CPU': 'no slices',
        'a way past the balancer': undefined,
        'instances with settings of their own': undefined,
        'replicated stores': undefined,
        'memory for a million sessions': undefined,
      })[name],
  };
  const scope = { ...SCOPE, strategies: ['memory', 'sticky', 'jwt', 'basic'] as const };
  const { leftOut } = makePlan({ claims: USUAL, scope, minutes: FULL_MINUTES, lacks });
  t.same(Object.fromEntries(leftOut.map(({ claim, because }) => [claim, because])), {
    'mismatch-mended': 'no Redis',
    'token-bytes': 'no Redis',
    'logout-immediate': 'no Redis',
    'short-ttl': 'no Redis',
    'denylist-cost': 'no Redis',
    'cached-denylist': 'no Redis',
    'fewer-db-trips': 'no Redis',
    'password-each-request': 'no Redis',
    'login-dominates': 'no Redis',
    'store-ceiling': 'no Redis',
    'stateless-scales': 'no slices',
    'load-slows-sessions': 'no Redis',
    'store-dies': 'no Redis',
    'store-restart': 'no Redis',
    'store-failover': 'no Redis',
    'rolling-deploy': 'no Redis',
  });
  const chosen = { ...SCOPE, strategies: ['memory', 'jwt'] as const };
  const { leftOut: unchosen } = makePlan({
    claims: only('mismatch-mended'),
    scope: chosen,
    minutes: 6,
    lacks: EVERYTHING,
  });
  t.match(unchosen, [{ because: 'needs sticky, which --strategies leaves out' }]);
});

t.test('one instance alone shows nothing of scaling out', async (t) => {
  const scope = { ...SCOPE, instances: [1] };
  t.same(minutesOf(BUILT[0] as (typeof BUILT)[number], scope, EVERYTHING), {
    because: 'needs more than one instance (--instances)',
  });
});
