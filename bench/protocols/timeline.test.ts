// On a real cluster: faults that happen give one verdict, and the same faults made harmless another.
import t from 'tap';
import { Pool } from 'undici';
import { instanceDies } from '../claims/instance-dies.js';
import { judge } from '../claims/judge.js';
import { rollingDeploy } from '../claims/rolling-deploy.js';
import { storeDies } from '../claims/store-dies.js';
import { storeRestart } from '../claims/store-restart.js';
import type { Cluster } from '../cluster/cluster.js';
import { findRedisServer } from '../cluster/redis.js';
import type { Factors, Results, TimelineRound } from '../contract.js';
import { makePlan } from '../plan.js';
import { createRandom } from '../stats/prng.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import { sampleResults } from '../testing/sample-results.js';
import { timeline } from './timeline.js';

const CLAIMS = [instanceDies, storeDies, storeRestart, rollingDeploy];
const STRATEGIES = ['memory', 'sticky', 'redis', 'jwt'] as const;
const SCOPE = { strategies: STRATEGIES, instances: [2] };
const hasRedis = findRedisServer(TEST_ENVIRONMENT.PATH) !== undefined;
let cluster: Cluster;

t.before(async () => {
  cluster = await startTestCluster({ strategies: STRATEGIES, instances: 2 });
});
t.teardown(() => cluster.stop());

const plan = makePlan({
  claims: CLAIMS,
  scope: SCOPE,
  minutes: 60,
  lacks: { strategy: () => undefined, requirement: () => undefined },
});

/** One sweep, as often as a verdict needs rounds. */
async function verdictsOn(
  site: Cluster,
  wanted: (event: string) => boolean = () => true,
): Promise<{ verdicts: Record<string, string>; rounds: readonly TimelineRound[] }> {
  const [measurement] = plan.measurements;
  if (!measurement) throw new Error('nothing is planned');
  const pool = new Pool(site.url, { connections: 256 });
  const sweeps = timeline.measure(
    {
      key: measurement.key,
      settings: { usersPerStrategy: 36, rateRps: 60 },
      cells: measurement.cells.filter(({ event }) => wanted(String(event))),
    },
    {
      cluster: site,
      pool,
      strategies: STRATEGIES,
      signal: new AbortController().signal,
      isWarm: false,
      firstSweep: 0,
      random: (label) => createRandom(7, label),
      calibrate: (measure) => measure(),
      say: () => {},
    },
  );
  const { value: rounds = [] } = await sweeps.next();
  await sweeps.return(undefined);
  await pool.destroy();
  const repeated = [0, 1, 2].flatMap((sweep) => (rounds as TimelineRound[]).map((round) => ({ ...round, sweep })));
  const results: Results = { ...sampleResults(), plan: { kind: 'plan', ...plan }, rounds: repeated };
  return {
    verdicts: Object.fromEntries(CLAIMS.map((claim) => [claim.id, judge(claim, results).verdict])),
    rounds: rounds as TimelineRound[],
  };
}

/** The same cluster, on which these do nothing. */
function deafTo(real: Cluster, ...methods: (keyof Cluster)[]): Cluster {
  const harmless = new Set<string>(methods);
  return new Proxy(real, {
    get(target, name) {
      if (harmless.has(String(name))) return async () => {};
      // The fault that nobody can do is seen at once.
      if (name === 'countServing' && harmless.has('kill')) return async () => 0;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const find = (rounds: readonly TimelineRound[], event: string) =>
  rounds.find(({ factors }: { factors: Factors }) => factors.event === event);

t.test('what happens to a cluster decides three claims', { skip: hasRedis ? false : 'no Redis server' }, async (t) => {
  const { verdicts, rounds } = await verdictsOn(cluster);
  t.same(verdicts, {
    'instance-dies': 'true',
    'store-dies': 'true',
    'store-restart': 'depends',
    'rolling-deploy': 'depends',
  });
  const killed = find(rounds, 'instance killed');
  t.same(
    killed?.events.map(({ name }) => name),
    ['kill', 'down', 'restart', 'up'],
  );
  t.match(killed?.strategies, { sticky: { users: 36, loggedOut: 18 }, redis: { loggedOut: 0 }, jwt: { loggedOut: 0 } });
  t.match(find(rounds, 'store killed')?.strategies, { redis: { loggedOut: 36 }, sticky: { loggedOut: 0 } });
  t.match(find(rounds, 'store restarted, persistent')?.strategies, { redis: { loggedOut: 0 } });
  t.match(find(rounds, 'store frozen')?.strategies, { redis: { loggedOut: 0 } }, 'a frozen store forgets nobody');
  t.match(find(rounds, 'rolling restart, drained')?.strategies, {
    memory: { users: 36, loggedOut: 36 },
    sticky: { loggedOut: 36 },
    redis: { loggedOut: 0 },
    jwt: { loggedOut: 0 },
  });
  t.ok(rounds.every(({ checks }) => checks.every(({ ok }) => ok)));
});

t.test(
  'where the same faults do nothing, each verdict turns',
  { skip: hasRedis ? false : 'no Redis server' },
  async (t) => {
    const { verdicts } = await verdictsOn(deafTo(cluster, 'kill', 'freeze', 'thaw', 'restart'));
    t.same(verdicts, {
      'instance-dies': 'false',
      'store-dies': 'false',
      'store-restart': 'false',
      'rolling-deploy': 'false',
    });
  },
);

t.test(
  'a store that is told in vain to write loses everyone',
  { skip: hasRedis ? false : 'no Redis server' },
  async (t) => {
    const isOfStore = (event: string) => event === 'store killed' || event === 'store restarted, persistent';
    const { verdicts } = await verdictsOn(deafTo(cluster, 'persistStore'), isOfStore);
    t.equal(verdicts['store-restart'], 'true');
  },
);
