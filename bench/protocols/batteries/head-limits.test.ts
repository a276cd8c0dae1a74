// On a real cluster: where each hop refuses a token, and that a limit which is another hop's is not taken for its own.
import t from 'tap';
import { MAX_HEADER_BYTES as BALANCER_HEADER_BYTES } from '../../../balancer/contract.js';
import { MAX_HEADER_BYTES as INSTANCE_HEADER_BYTES } from '../../../services/contract.js';
import { largestTokenOf, nextLargerOf } from '../../metrics/head-limits.js';
import { altered, tryOn } from '../../testing/battery-verdict.js';
import { startTestCluster } from '../../testing/local-cluster.js';
import type { Tried } from './battery.js';

const cluster = await startTestCluster({ strategies: ['jwt'], instances: 2 });
t.teardown(() => cluster.stop());

/** Of a head. */
const BESIDE_BYTES = 256;
const refusals = (tried?: Tried) => tried?.cases.map(({ name, answers }) => [name, answers[0]?.status]);

t.test('each hop accepts about what it is set up to, and answers 431 to more', async (t) => {
  const [tried] = await tryOn('head-limits', cluster);
  for (const [hop, limit] of [
    ['balancer', BALANCER_HEADER_BYTES],
    ['instance', INSTANCE_HEADER_BYTES],
  ] as const) {
    const largest = tried?.counts[largestTokenOf(hop)] ?? 0;
    t.ok(largest < limit && largest > limit - BESIDE_BYTES, `${hop}: ${largest} bytes of ${limit}`);
  }
  t.same(refusals(tried), [
    [nextLargerOf('balancer'), 431],
    [nextLargerOf('instance'), 431],
  ]);
  t.equal(await cluster.countServing(), 2, 'all serve again');
});

t.test('a balancer that lets everything pass refuses nothing itself', async (t) => {
  const [tried] = await tryOn('head-limits', altered(cluster, { url: cluster.straightUrl ?? '' }));
  t.same(refusals(tried), [[nextLargerOf('instance'), 431]]);
});

t.test('instances that only the balancer reaches are left out', async (t) => {
  const [tried] = await tryOn('head-limits', altered(cluster, { straightUrl: null }));
  t.same(refusals(tried), [[nextLargerOf('balancer'), 431]]);
  t.same(Object.keys(tried?.counts ?? {}), [largestTokenOf('balancer')]);
});

t.test('where a good token is refused, nothing is said of larger ones', async (t) => {
  const refusing = altered(cluster, { readTokenKey: async () => ({ kty: 'oct', k: 'AAAA', alg: 'HS256' }) });
  await t.rejects(tryOn('head-limits', refusing), { code: 'REQUEST_FAILED', message: /good token .* 401/ });
});
