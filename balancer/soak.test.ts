import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import t from 'tap';
import type { ListeningMessage } from '../services/contract.js';
import { TRANSPORTS } from './contract.js';
import { ADMIN_TOKEN } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

/** `node dist/balancer/soak.test.js 1000000` sends that many over each transport. */
const [requestCount = 10_000] = process.argv.slice(2).map(Number);
const WARM_UP = 6000;
const CONNECTIONS = 32;
/** Collects all garbage and tells what is left. */
const TELL_HEAP = 'process.on("SIGUSR2",()=>{gc();process.send({heapBytes:process.memoryUsage().heapUsed})})';

t.setTimeout(0);

for (const transport of TRANSPORTS) {
  t.test(`over ${transport} the heap does not grow with the requests`, async (t) => {
    const upstreams = await Promise.all(['a', 'b'].map((name) => new TestUpstream(name).start()));
    for (const upstream of upstreams) {
      t.teardown(() => upstream.kill());
      upstream.behave = (_, response) => response.end(upstream.name);
    }
    const balancer = fork(fileURLToPath(new URL('./server.js', import.meta.url)), {
      execArgv: ['--expose-gc', '--import', `data:text/javascript,${TELL_HEAP}`],
      env: {
        ...process.env,
        PORT: '0',
        ADMIN_PORT: '0',
        ADMIN_TOKEN,
        AFFINITY_SECRET: 'a secret for tests only',
        BALANCER_TRANSPORT: transport,
        UPSTREAMS: upstreams.map(({ spec }) => spec).join(','),
      },
    });
    t.teardown(() => balancer.kill());
    const [{ listening }] = (await once(balancer, 'message')) as [ListeningMessage];
    const sendMany = async (amount: number) => {
      // Under /sticky too: its cookies must not be remembered.
      const requests = [{ path: '/a' }, { path: '/sticky/b' }, { path: '/c', method: 'POST' as const, body: 'hello' }];
      const result = await autocannon({ url: listening.url, connections: CONNECTIONS, amount, requests });
      t.equal(result['2xx'], amount);
    };
    const heapBytes = async () => {
      balancer.kill('SIGUSR2');
      return ((await once(balancer, 'message')) as [{ heapBytes: number }])[0].heapBytes;
    };
    // Until the first good checks there is no upstream to send to.
    while ((await fetch(listening.url)).status !== 200) await setTimeout(20);
    await sendMany(WARM_UP);
    const before = await heapBytes();
    await sendMany(requestCount);
    const after = await heapBytes();
    const growth = `${(before / 1e6).toFixed(2)} MB before, ${(after / 1e6).toFixed(2)} MB after ${requestCount} requests`;
    t.comment(growth);
    t.ok(after <= 1.1 * before, growth);
  });
}
