import t from 'tap';
import { ADMIN } from '../contract.js';
import { TestBalancer } from '../testing/test-cluster.js';
import { TestUpstream } from '../testing/test-upstream.js';

t.test('DNS is followed: additions, removals, and nothing when it fails', async (t) => {
  const upstream = await new TestUpstream('a').start();
  let answer: string[] | Error = ['127.0.0.1'];
  let asked = 0;
  const resolve = async () => {
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const { port } = new URL(upstream.url);
  const env = {
    UPSTREAM_DNS: `app:${port}`,
    UPSTREAM_DNS_INTERVAL_MS: '5',
    UPSTREAM_HEALTH_PORT: port,
    UPSTREAM_HEALTH_PATH: '/health',
  };
  const balancer = await TestBalancer.start('net', [], env, { resolve });
  t.teardown(() => Promise.all([balancer.close(), upstream.kill()]));
  await balancer.until(({ upstreams }) => upstreams.length === 1 && upstreams[0]?.state === 'up');
  const [known] = (await balancer.snapshot()).upstreams;
  await balancer.admin('POST', `${ADMIN.upstreams}/${known?.id}/drain`);
  const askThreeTimes = async () => {
    const askedBefore = asked;
    while (asked < askedBefore + 3) await new Promise((resolve) => setImmediate(resolve));
  };
  await askThreeTimes();
  t.equal((await balancer.snapshot()).upstreams[0]?.state, 'draining', 'the name still has the address');
  await balancer.admin('POST', `${ADMIN.upstreams}/${known?.id}/resume`);
  answer = ['127.0.0.1', '127.0.0.2'];
  await balancer.until(({ upstreams }) => upstreams.length === 2);
  answer = new Error('no answer');
  t.equal((await balancer.send('/')).body, 'a');
  answer = ['127.0.0.2'];
  await balancer.until(({ upstreams }) => upstreams.length === 1);
  const [last] = (await balancer.snapshot()).upstreams;
  await balancer.admin('DELETE', `${ADMIN.upstreams}/${last?.id}`);
  await balancer.until(({ upstreams }) => upstreams.length === 0);
  await askThreeTimes();
  t.same((await balancer.snapshot()).upstreams, [], 'an operator has removed it');
});
