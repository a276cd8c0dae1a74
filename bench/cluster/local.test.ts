import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { DEFAULT_STRATEGIES, HEADERS } from '../../services/contract.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import type { Cluster } from './cluster.js';
import type { CpuQuota } from './cpu-quota.js';
import { takeSnapshot } from './serving.js';
import { workBetween } from './tiers.js';

let cluster: Cluster;

t.before(async () => {
  cluster = await startTestCluster({ strategies: DEFAULT_STRATEGIES, instances: 2 });
});
t.teardown(() => cluster.stop());

async function pidsOf({ admin }: Cluster): Promise<number[]> {
  const instances = await cluster.readStats();
  const { pid } = await takeSnapshot(admin);
  return [pid, ...instances.map((instance) => instance.pid)];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(20);
}

/** Names of the instances that answer `count` requests in a row. */
async function answering(count: number): Promise<Set<string | null>> {
  const names = new Set<string | null>();
  for (let i = 0; i < count; i++) names.add((await fetch(`${cluster.url}/none/me`)).headers.get(HEADERS.instance));
  return names;
}

t.test('round robin reaches every instance, and follows the cluster up and down', async (t) => {
  t.same([...(await answering(4))].sort(), ['instance-1', 'instance-2']);
  await cluster.scaleTo(3);
  t.same([...(await answering(6))].sort(), ['instance-1', 'instance-2', 'instance-3']);
  await cluster.scaleTo(1);
  t.same([...(await answering(3))], ['instance-1']);
  await cluster.scaleTo(2);
});

t.test('fewer instances can serve while the others stay, and theirs alone is the work', async (t) => {
  await cluster.serveWith(1);
  const before = await cluster.readTiers();
  const [name] = await answering(10);
  const straight = await fetch(`${cluster.straightUrl}/nowhere`);
  t.equal(straight.headers.get('x-instance'), name, 'past the balancer it is the one that serves');
  const after = await cluster.readTiers();
  t.equal(after.instances.length, 2);
  t.equal(workBetween(before, after).instanceRequests, 10);
  const idle = (reading: typeof before) => reading.instances.find(({ instance }) => instance !== name)?.requests;
  t.equal(idle(after), idle(before));
  await cluster.serveWith(2);
  t.equal((await answering(4)).size, 2);
  await t.rejects(cluster.serveWith(3), { code: 'CLUSTER_FAILED', message: '2 instances serve, and not 3.' });
});

t.test('counters of every tier tell what a request did', async (t) => {
  const before = await cluster.readTiers();
  await answering(20);
  const after = await cluster.readTiers();
  const work = workBetween(before, after);
  t.equal(after.instances.length, 2);
  t.equal(work.instanceRequests, 20);
  t.equal(work.balancerRequests, 20);
  t.ok(work.instanceCpuMicros > 0 && work.balancerCpuMicros > 0);
  t.ok((before.database?.cpuMicros ?? 0) > 0, 'the embedded database is a process of the cluster');
  t.ok((work.databaseCpuMicros ?? -1) >= 0);
});

t.test('people sign in with the demo password', async (t) => {
  const signIn = (password: string) =>
    fetch(`${cluster.url}/jwt/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'user1', password }),
    });
  t.equal((await signIn(cluster.demoPassword)).status, 200);
  t.equal((await signIn('wrong')).status, 401);
});

t.test('a killed instance is left out, and serves again after its restart', async (t) => {
  await cluster.kill('instance-2');
  await until(async () => (await answering(4)).size === 1);
  t.same([...(await answering(4))], ['instance-1']);
  await cluster.restart('instance-2');
  t.equal((await answering(4)).size, 2);
});

t.test('reading the tiers asks no instance: one that stands still keeps nobody waiting', async (t) => {
  await cluster.freeze('instance-1');
  const reading = await cluster.readTiers();
  await cluster.thaw('instance-1');
  t.match(reading.instances, [{ instance: 'instance-1' }, { instance: 'instance-2' }]);
  t.ok(reading.instances.every(({ cpuMicros }) => cpuMicros > 0));
  await until(async () => (await answering(4)).size === 2);
});

t.test('a slice of CPU tells how it held its process back', async (t) => {
  if (!('means' in cluster.cpuQuota)) return t.comment(`not tried: ${cluster.cpuQuota.tried}`);
  await cluster.limitCpu('instances', 0.05);
  const before = await cluster.readTiers();
  await Promise.all(Array.from({ length: 200 }, () => fetch(`${cluster.url}/none/me`)));
  const { instanceThrottling } = workBetween(before, await cluster.readTiers());
  await cluster.limitCpu('instances', undefined);
  if (!instanceThrottling) return t.comment('nobody counts');
  t.ok(instanceThrottling.throttledPeriods > 0 && instanceThrottling.throttledMicros > 0);
  t.ok(instanceThrottling.throttledPeriods <= instanceThrottling.periods);
});

t.test('a frozen part answers again when it is thawed', async (t) => {
  await cluster.freeze('instance-1');
  await until(async () => (await answering(4)).size === 1);
  await cluster.thaw('instance-1');
  await until(async () => (await answering(4)).size === 2);
  t.pass();
});

t.test('an unknown part is an error that lists the parts', async (t) => {
  await t.rejects(cluster.kill('instance-9'), { code: 'CLUSTER_FAILED', message: /instance-9.*instance-1/ });
});

t.test('stopping leaves no process behind, and stopping twice is no mistake', async (t) => {
  const pids = await pidsOf(cluster);
  const quota = cluster.cpuQuota;
  const folders = 'folders' in quota ? [...(quota as CpuQuota).folders] : [];
  await Promise.all([cluster.stop(), cluster.stop()]);
  t.same(pids.filter(isAlive), []);
  // The reaper removes them, and outlives this process by as much as that takes.
  while (folders.some((folder) => existsSync(folder))) await setTimeout(50);
});

t.test('without a Redis server the strategies that need it are skipped, with the reason', async (t) => {
  const { REDIS_URL: _, ...withoutRedis } = { ...TEST_ENVIRONMENT, PATH: '' };
  const poor = await startTestCluster({
    strategies: ['redis', 'jwt'],
    instances: 1,
    environment: withoutRedis,
    bench: false,
  });
  t.teardown(() => poor.stop());
  t.same(poor.strategies, ['jwt']);
  t.match(poor.skipped, [{ strategy: 'redis', reason: /no Redis server/ }]);
  t.equal((await fetch(`${poor.url}/none/me`)).status, 404, 'the door for measurements is closed by default');
});
