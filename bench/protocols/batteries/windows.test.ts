// On a real cluster: what ends sessions ends them, and the claims say otherwise where it comes a second late.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { Pool } from 'undici';
import { denylistCost } from '../../claims/denylist-cost.js';
import { judge } from '../../claims/judge.js';
import { logoutImmediate } from '../../claims/logout-immediate.js';
import { WINDOWS } from '../../claims/measurements.js';
import { shortTtl } from '../../claims/short-ttl.js';
import { staleRole } from '../../claims/stale-role.js';
import { theftWindow } from '../../claims/theft-window.js';
import type { Aside, Cluster } from '../../cluster/cluster.js';
import { findRedisServer } from '../../cluster/redis.js';
import type { BatteryRound, Results } from '../../contract.js';
import { ACTS } from '../../metrics/battery.js';
import { makePlan } from '../../plan.js';
import { createRandom } from '../../stats/prng.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../../testing/local-cluster.js';
import { failedChecksOf, faultsOf } from '../../testing/measuring.js';
import { sampleResults } from '../../testing/sample-results.js';
import { battery } from '../battery.js';

const CLAIMS = [logoutImmediate, theftWindow, staleRole, denylistCost, shortTtl];
/** What the last two rest on beside: costs and races, of a sample. */
const SAMPLE = sampleResults();
const STRATEGIES = ['memory', 'redis', 'jwt', 'jwt-denylist', 'jwt-refresh'] as const;
const hasRedis = findRedisServer(TEST_ENVIRONMENT.PATH) !== undefined;
const plan = makePlan({
  claims: CLAIMS,
  scope: { strategies: STRATEGIES, instances: [1] },
  minutes: 60,
  lacks: { strategy: () => undefined, requirement: () => undefined },
});
/** Shorter than what is measured: what theory says of it follows from the tokens. */
const LIFETIME = { JWT_LIFETIME_SECONDS: '4', REFRESH_ACCESS_SECONDS: '4' };
/** Tokens outlive what is promised of them. */
const LONG_LIVED = { JWT_LIFETIME_SECONDS: '60', REFRESH_ACCESS_SECONDS: '60' };
const LATE_MS = 1_000;

let cluster: Cluster;
if (hasRedis) {
  t.before(async () => {
    cluster = await startTestCluster({ strategies: STRATEGIES, instances: 1 });
  });
  t.teardown(() => cluster.stop());
}

/** The same cluster, with instances beside it that were changed. */
function changed(
  change: (aside: Aside) => Promise<Aside>,
  others: Readonly<Record<string, string>> = LIFETIME,
): Cluster {
  const startAside: Cluster['startAside'] = async (kind, settings) =>
    change(await cluster.startAside(kind, { ...settings, ...others }));
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = name === 'startAside' ? startAside : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Says at once that a user has logged out, and does it later or never. */
async function logOut(strategy: string, when: 'late' | 'never', aside: Aside): Promise<Aside> {
  const forward = (from: IncomingMessage, to?: ServerResponse) => {
    const { method, url: path, headers } = from;
    const onward = request(`${aside.url}${path}`, { method, headers }, (answer) => {
      if (!to) return void answer.resume();
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to?.destroy());
    from.pipe(onward);
  };
  const server = createServer(async (from, to) => {
    if (from.url !== `/${strategy}/logout`) return forward(from, to);
    to.writeHead(204).end();
    if (when === 'never') return;
    await setTimeout(LATE_MS);
    forward(from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...aside,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await aside.stop();
    },
  };
}

async function measureOnce(site: Cluster): Promise<BatteryRound> {
  const measurement = plan.measurements.find(({ key }) => key === WINDOWS.key);
  if (!measurement) throw new Error('nothing is planned');
  const pool = new Pool(site.url);
  const sweeps = battery.measure(
    { key: measurement.key, settings: WINDOWS.settings, cells: measurement.cells },
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
  try {
    const { value: [round] = [] } = await sweeps.next();
    return round as BatteryRound;
  } finally {
    await sweeps.return(undefined);
    await pool.destroy();
  }
}

/** Of one round, as often as a verdict needs rounds. */
function verdictsOf(round: BatteryRound): string[] {
  const own = [0, 1, 2].map((sweep) => ({ ...round, sweep }));
  const others = SAMPLE.rounds.filter(({ measurement }) => measurement !== WINDOWS.key);
  const results: Results = { ...SAMPLE, plan: { kind: 'plan', ...plan }, rounds: [...others, ...own] };
  return CLAIMS.map((claim) => judge(claim, results).verdict);
}

t.test('what was ended is refused, and a token when it expires', { skip: !hasRedis && 'no Redis' }, async (t) => {
  const round = await measureOnce(changed(async (aside) => aside));
  t.same(faultsOf([round]), []);
  t.same(failedChecksOf([round]), []);
  t.same(verdictsOf(round), ['true', 'true', 'true', 'true', 'true']);
  t.match(round.counts, { refreshesAfterLogout: 8, refreshedAfterLogout: 0 });
  const isDemoted = round.cases.filter(({ name }) => name === ACTS.demotion).length;
  t.equal(isDemoted, STRATEGIES.length * 8, 'of each strategy as many admins');
});

t.test('a logout that comes late is found', { skip: !hasRedis && 'no Redis' }, async (t) => {
  const round = await measureOnce(changed((aside) => logOut('redis', 'late', aside)));
  t.same(failedChecksOf([round]), []);
  t.same(verdictsOf(round), ['false', 'true', 'true', 'true', 'true']);
});

t.test(
  'a denylist on which nothing is put is no remedy, and a token that outlives its time no bound',
  {
    skip: !hasRedis && 'no Redis',
  },
  async (t) => {
    const round = await measureOnce(changed((aside) => logOut('jwt-denylist', 'never', aside), LONG_LIVED));
    t.same(failedChecksOf([round]), []);
    t.same(verdictsOf(round), ['true', 'true', 'true', 'false', 'false']);
  },
);
