// On a real cluster, on which passwords are cheap to check: this is about what is sent and counted, and not about how long it takes.
import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import { storm as measurementOf } from '../metrics/quantity.js';
import { inCalm, inStorm, p99InStorm } from '../metrics/storm.js';
import { changed } from '../testing/changed-cluster.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { startTestCluster } from '../testing/local-cluster.js';
import { faultsOf, type MeasuringOptions, measureOn } from '../testing/measuring.js';
import { storm } from './storm.js';

const MEASUREMENT = measurementOf({ viewsRps: 60, overload: 1.5 });
const OPEN = { strategy: 'jwt', gate: 'open' };
const CLOSED = { strategy: 'jwt', gate: 'closed' };
const CELLS = [inCalm(OPEN), inStorm(OPEN), inStorm(CLOSED)];

const cluster = await startTestCluster({ strategies: ['jwt'], instances: 1 });
t.teardown(() => cluster.stop());

const measure = (cluster: Cluster, how: MeasuringOptions) =>
  measureOn(cluster, { protocol: storm, measurement: MEASUREMENT, cells: CELLS }, how);
const of = (rounds: Awaited<ReturnType<typeof measure>>, gate: string | undefined) =>
  rounds.find(({ factors }) => factors.gate === gate);
/** Whether the logins were too many is this machine's business here. */
const failed = (rounds: Awaited<ReturnType<typeof measure>>) =>
  rounds.flatMap(({ checks }) => checks.filter(({ ok, name }) => !ok && name === 'logins are in order'));

t.test('page views are sent beside logins, and without any', async (t) => {
  let found: Readonly<Record<string, number>> = {};
  const rounds = await measure(cluster, {
    async calibrate(look) {
      found = await look();
      t.ok((found.loginsPerSecond ?? 0) > 10, 'what can be checked is found');
      return { loginsPerSecond: 40 };
    },
  });
  t.same(faultsOf(rounds), []);
  t.same(failed(rounds), []);
  t.same(of(rounds, undefined)?.logins, { sent: 0, statuses: {} });
  for (const gate of ['open', 'closed']) {
    const { sent = 0, statuses = {} } = of(rounds, gate)?.logins ?? {};
    t.ok(sent > 20 && (statuses[200] ?? 0) > 0, `${sent} logins, gate ${gate}`);
  }
  for (const { sent, answered, statuses } of rounds) t.ok(sent > 20 && answered === sent && statuses[200] === sent);
  const [times = 0] = p99InStorm(MEASUREMENT, OPEN).perRound(evidenceIn(rounds));
  t.ok(times > 0);
});

t.test('a storm of logins that fail is none', async (t) => {
  const rounds = await measure(changed(cluster, { demoPassword: 'wrong' }), {
    calibrate: async () => ({ loginsPerSecond: 20 }),
  });
  t.match(failed(rounds), [{ detail: /^0 signed in/ }, { detail: /^0 signed in/ }]);
});
