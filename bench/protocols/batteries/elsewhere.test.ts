import t from 'tap';
import { scoped } from '../../claims/scoped.js';
import { standard } from '../../claims/standard.js';
import { verifyAnywhere } from '../../claims/verify-anywhere.js';
import type { Cluster } from '../../cluster/cluster.js';
import { altered, tryOn, verdictIn } from '../../testing/battery-verdict.js';
import { Front } from '../../testing/front.js';
import { startTestCluster } from '../../testing/local-cluster.js';

const cluster = await startTestCluster({ strategies: ['jwt'], instances: 1 });
t.teardown(() => cluster.stop());
const { strategies } = cluster;

/** What runs beside the cluster, each behind something that can break it. */
function frontedAsides() {
  const fronts: Front[] = [];
  let isLenient = false;
  const startAside: Cluster['startAside'] = async (kind, settings) => {
    const aside = await cluster.startAside(kind, settings);
    const front = await Front.before(aside.url);
    front.isLenient = isLenient;
    t.teardown(() => front.close());
    fronts.push(front);
    return { ...aside, url: front.url };
  };
  return {
    cluster: altered(cluster, { startAside }),
    beLenient() {
      isLenient = true;
      for (const front of fronts) front.isLenient = true;
    },
  };
}

t.test('a service that accepts everything neither verifies nor asks what a token is for', async (t) => {
  const { cluster, beLenient } = frontedAsides();
  const [whole, broken] = await tryOn('elsewhere', cluster, beLenient);
  for (const claim of [verifyAnywhere, scoped]) {
    t.match(verdictIn(claim, 'elsewhere', strategies, whole), { verdict: 'true' }, claim.id);
    t.match(verdictIn(claim, 'elsewhere', strategies, broken), { verdict: 'false' }, claim.id);
  }
  t.equal(whole?.counts.jwksFetches, 1);
});

t.test('a service for another audience accepts nothing', async (t) => {
  const elsewhere: Cluster['startAside'] = (kind, settings) =>
    cluster.startAside(kind, kind === 'resource' ? { ...settings, JWT_AUDIENCE: 'another' } : settings);
  const [whole] = await tryOn('elsewhere', altered(cluster, { startAside: elsewhere }));
  for (const claim of [verifyAnywhere, scoped]) {
    t.match(verdictIn(claim, 'elsewhere', strategies, whole), { verdict: 'false' }, claim.id);
  }
});

t.test('an implementation that accepts what was changed agrees with no other', async (t) => {
  const { cluster, beLenient } = frontedAsides();
  const [whole, broken] = await tryOn('standards', cluster, beLenient);
  t.match(verdictIn(standard, 'standards', strategies, whole), { verdict: 'true' });
  t.match(verdictIn(standard, 'standards', strategies, broken), { verdict: 'false' });
});
