import t from 'tap';
import { sendRaw, TestBalancer } from '../testing/test-cluster.js';
import { TestUpstream } from '../testing/test-upstream.js';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

t.test('a connection with nothing under way is closed in time, one that awaits its response is not', async (t) => {
  const upstream = await new TestUpstream('good').start();
  const balancer = await TestBalancer.start('net', [upstream.spec], { CLIENT_KEEP_ALIVE_MS: '1' });
  t.teardown(() => Promise.all([balancer.close(), upstream.kill()]));
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    upstream.behave = (_, response) => {
      answer = () => response.end('late');
      resolve();
    };
  });
  const late = sendRaw(balancer.port, GET, (received) => received.endsWith('late'));
  await asked;
  upstream.behave = null;
  const idle = await sendRaw(balancer.port, GET);
  t.match(idle, /^HTTP\/1\.1 200 .*good$/s);
  t.match(idle, /\r\nConnection: keep-alive\r\nKeep-Alive: timeout=0\r\n/);
  answer();
  t.match(await late, /^HTTP\/1\.1 200 .*late$/s);
});
