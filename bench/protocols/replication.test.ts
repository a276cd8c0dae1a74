// On real instances that tell each other of sessions.
import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import { replication as measurementOf } from '../metrics/quantity.js';
import { messagesPerLogin } from '../metrics/replication.js';
import { changed } from '../testing/changed-cluster.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { startTestCluster } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, measureOn } from '../testing/measuring.js';
import { replication } from './replication.js';

const MEASUREMENT = measurementOf({ logins: 20, loginsRps: 50 });
const cluster = await startTestCluster({ strategies: ['memory'], instances: 1 });
t.teardown(() => cluster.stop());

const cellOf = (instances: number) => ({ strategy: 'replicated', instances });
const measure = (cluster: Cluster, ...sizes: number[]) =>
  measureOn(cluster, { protocol: replication, measurement: MEASUREMENT, cells: sizes.map(cellOf) });

t.test('each instance tells every other one of a login, and all of them know it', async (t) => {
  const rounds = await measure(cluster, 2, 3);
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
  for (const instances of [2, 3]) {
    const [messages] = messagesPerLogin(MEASUREMENT, cellOf(instances)).perRound(evidenceIn(rounds));
    t.equal(messages, instances - 1);
  }
});

t.test('instances that do not find each other fail the check of the round', async (t) => {
  const alone = changed(cluster, {
    startAside: (kind, settings) => cluster.startAside(kind, { ...settings, PEERS: '' }),
  });
  t.match(failedChecksOf(await measure(alone, 2)), [
    /^every instance knows every session: 40 of 40 are not known everywhere after 2 s$/,
  ]);
});
