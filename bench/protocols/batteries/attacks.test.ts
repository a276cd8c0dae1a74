import t from 'tap';
import { authzApart } from '../../claims/authz-apart.js';
import { payloadReadable } from '../../claims/payload-readable.js';
import { tamperDetected } from '../../claims/tamper-detected.js';
import { altered, tryOn, verdictIn } from '../../testing/battery-verdict.js';
import { Front } from '../../testing/front.js';
import { startTestCluster } from '../../testing/local-cluster.js';
import { readWithoutKey } from './payloads.js';

const cluster = await startTestCluster({ strategies: ['memory', 'jwt', 'basic'], instances: 1 });
t.teardown(() => cluster.stop());
const { strategies } = cluster;

/** The cluster, behind something that can break it. */
async function fronted() {
  const front = await Front.before(cluster.url);
  t.teardown(() => front.close());
  return { front, cluster: altered(cluster, { url: front.url }) };
}

t.test('an application in which everyone may do everything does not pass for one that asks', async (t) => {
  const { front, cluster } = await fronted();
  const [whole, broken] = await tryOn('authorization', cluster, () => {
    front.isLenient = true;
  });
  t.match(verdictIn(authzApart, 'authorization', strategies, whole), { verdict: 'true' });
  t.match(verdictIn(authzApart, 'authorization', strategies, broken), { verdict: 'false' });
  t.ok(whole?.cases.some(({ strategy }) => strategy === 'basic'));
});

t.test('a verifier that lets everything pass does not detect tampering', async (t) => {
  const { front, cluster } = await fronted();
  const [whole, broken] = await tryOn('forgeries', cluster, () => {
    front.isLenient = true;
  });
  t.match(verdictIn(tamperDetected, 'forgeries', strategies, whole), { verdict: 'true' });
  const { verdict, because } = verdictIn(tamperDetected, 'forgeries', strategies, broken);
  t.equal(verdict, 'false');
  t.match(because, /with memory.*with jwt/s);
});

t.test('where good credentials are refused, nothing is said of forged ones', async (t) => {
  const { front, cluster } = await fronted();
  const refusing = tryOn('forgeries', cluster, () => {
    front.refuses = true;
  });
  await t.rejects(refusing, { code: 'REQUEST_FAILED', message: /good credential of memory/ });
});

t.test('a sealed token tells nothing', async (t) => {
  const { front, cluster } = await fronted();
  const [whole, broken] = await tryOn('payloads', cluster, () => {
    front.seals = true;
  });
  t.match(verdictIn(payloadReadable, 'payloads', strategies, whole), { verdict: 'true' });
  t.match(verdictIn(payloadReadable, 'payloads', strategies, broken), { verdict: 'false' });
  t.match(broken?.counts, { 'jwt facts': 36, 'jwt readable facts': 0, 'memory readable facts': 0 });
});

t.test('what is read without a key are the members of a payload, not of a header', async (t) => {
  const part = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');
  const header = part({ alg: 'ES256', typ: 'at+jwt' });
  t.same(readWithoutKey(`Bearer ${header}.${part({ sub: '7', role: 'user' })}.signature`), ['7', 'user']);
  t.same(readWithoutKey(`Bearer ${part({ alg: 'dir', enc: 'A256GCM' })}..iv.sealed.tag`), []);
  t.same(readWithoutKey('sid=an-id.signature; pin=other'), []);
  t.same(readWithoutKey(`sid=${part({ username: 'user7' })}.signature`), ['user7'], 'a session in a cookie is read');
});
