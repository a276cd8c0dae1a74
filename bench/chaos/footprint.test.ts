import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { FakeCluster } from '../testing/fake-cluster.js';
import { type Footprints, findGrowth, takeFootprints } from './footprint.js';

const before: Footprints = {
  balancer: { heapBytes: 20e6, descriptors: 40 },
  'instance-1': { heapBytes: 30e6, descriptors: null },
};

t.test('a little more is chance, much more has grown', async (t) => {
  const little: Footprints = {
    balancer: { heapBytes: 32e6, descriptors: 100 },
    'instance-1': { heapBytes: 31e6, descriptors: null },
  };
  t.same(findGrowth(before, little), []);
  const much: Footprints = {
    balancer: { heapBytes: 20e6, descriptors: 140 },
    'instance-1': { heapBytes: 60e6, descriptors: null },
  };
  t.same(findGrowth(before, much), [
    'nothing grows: balancer had 40 files and sockets open and has 140',
    'nothing grows: instance-1 held 30.0 MB and holds 60.0 MB',
  ]);
});

t.test('Buffers count, at the balancer as at the instances', async (t) => {
  const cluster = await FakeCluster.start({ instances: 1 });
  const memory = { rssBytes: 9e6, heapUsedBytes: 1e6, externalBytes: 2e6 };
  const { balancer } = await cluster.readTiers();
  const stats = (await cluster.readStats()).map((instance) => ({ ...instance, memory }));
  const admin = createServer((_, response) => response.end(JSON.stringify({ ...balancer, memory })));
  await once(admin.listen(0, '127.0.0.1'), 'listening');
  // Both say that they are this process, which is told to collect.
  const collect = () => {};
  process.on('SIGUSR2', collect);
  t.teardown(async () => {
    process.off('SIGUSR2', collect);
    admin.close();
    admin.closeAllConnections();
    await cluster.end();
  });
  const url = `http://127.0.0.1:${(admin.address() as AddressInfo).port}`;
  t.match(await takeFootprints({ admin: { url, headers: {} }, readStats: async () => stats }), {
    balancer: { heapBytes: 3e6 },
    'instance-1': { heapBytes: 3e6 },
  });
});
