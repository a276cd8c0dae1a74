/** What an instance's sessions go through while servers die, freeze and lie. All of it is caused with real servers. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { findFreePort, until } from '../../testing/processes.js';
import {
  askServer,
  pidOf,
  type RedisTopology,
  startTopology,
  type TopologyName,
} from '../../testing/redis-topologies.js';
import { newSession, read, write } from '../../testing/session-stores.js';
import { RedisStore } from '../sessions/redis-store.js';
import { connectRedis, createRedis } from './redis.js';

const log = pino({ enabled: false });
const SETTINGS = { REDIS_RESTART_MS: '600000' };
/** Enough for each of three masters to hold some. */
const IDS = Array.from({ length: 60 }, (_, i) => `session-${i}`);
/** A reply that comes this late would be a request that hangs. The requirement, 600 ms, is for a machine with nothing else to do. */
const HANGS_MS = 5000;

async function start(t: Test, topology: TopologyName): Promise<RedisTopology | null> {
  const servers = await startTopology(topology, SETTINGS).catch((error: Error) => error);
  if (!(servers instanceof Error)) {
    t.teardown(() => servers.stop());
    return servers;
  }
  if (!servers.message.includes('without a Redis server')) throw servers;
  t.comment('skipped: no Redis server on PATH');
  return null;
}

async function openStore(t: Test, url: string) {
  const redis = createRedis(url, log);
  t.teardown(() => redis.disconnect());
  await connectRedis(redis);
  const store = new RedisStore(redis, { ttlSeconds: 3600 }, Date.now);
  /** How many of the sessions are found, refused with a 503, lost. */
  const visit = async () => {
    const startedAtMs = performance.now();
    const outcomes = await Promise.all(
      IDS.map((id) =>
        read(store, id).then(
          (session) => (session ? 'found' : 'lost'),
          (error) => (error.statusCode === 503 ? 'refused' : `${error}`),
        ),
      ),
    );
    const tookMs = performance.now() - startedAtMs;
    if (tookMs > HANGS_MS) throw new Error(`requests took ${tookMs} ms`);
    const count = (outcome: string) => outcomes.filter((other) => other === outcome).length;
    return { found: count('found'), refused: count('refused'), lost: count('lost'), tookMs };
  };
  return { redis, store, visit };
}

/** Visits until all are found. The longest visit, and the most that were refused in one. */
async function untilServed(visit: Awaited<ReturnType<typeof openStore>>['visit']) {
  let [slowestMs, mostRefused] = [0, 0];
  await until(async () => {
    const { found, refused, tookMs } = await visit();
    slowestMs = Math.max(slowestMs, tookMs);
    mostRefused = Math.max(mostRefused, refused);
    if (found + refused < IDS.length) throw new Error(`${IDS.length - found - refused} sessions are lost`);
    return found === IDS.length;
  });
  return { slowestMs: Math.round(slowestMs), mostRefused };
}

t.test('a Redis Cluster', async (t) => {
  const servers = await start(t, 'cluster');
  if (servers === null) return;
  const { redis, store, visit } = await openStore(t, servers.url);
  for (const id of IDS) await write(store, id, newSession());
  const [lastPort = 0] = servers.ports.slice(-1);

  for (const [at, signal] of (['SIGSTOP', 'SIGKILL'] as const).entries()) {
    t.test(`a master with ${signal} costs its own share until another takes over`, async (t) => {
      const master = (await servers.mastersKnownTo(lastPort))[at] ?? 0;
      const pid = await pidOf(master);
      process.kill(pid, signal);
      // On a busy machine, a visit may find none of the servers in time.
      await until(async () => {
        const { found, refused } = await visit();
        return found > IDS.length / 3 && refused > 0;
      });
      t.comment(JSON.stringify(await untilServed(visit)));
      t.not((await servers.mastersKnownTo(lastPort))[at], master);
      await until(() =>
        redis.check().then(
          () => true,
          () => false,
        ),
      );
      if (signal === 'SIGSTOP') process.kill(pid, 'SIGCONT');
    });
  }

  t.test('a slot that nobody serves fails its keys alone', async (t) => {
    const key = `session:${IDS[0]}`;
    const slot = await askServer(lastPort, (server) => server.cluster('KEYSLOT', key));
    for (const port of servers.ports)
      await askServer(port, (server) => server.cluster('DELSLOTS', slot)).catch(() => 'it is dead, or did not know');
    // One that has never seen the slot served, and one that has.
    for (const client of [await openStore(t, servers.url), { redis, visit }]) {
      await until(async () => (await client.visit()).refused === 1);
      t.match(await client.visit(), { found: IDS.length - 1, refused: 1 });
      await t.rejects(client.redis.check(), /16383 of 16384 slots are served/);
    }
  });
});

t.test('Redis with Sentinel', async (t) => {
  const servers = await start(t, 'sentinel');
  if (servers === null) return;
  const { redis, store, visit } = await openStore(t, servers.url);
  for (const id of IDS) await write(store, id, newSession());
  const [sentinel = 0] = servers.ports;

  t.test('a sentinel that tells where nobody listens is one of several', async (t) => {
    const nowhere = await findFreePort();
    const liar = createServer((socket) =>
      socket
        .on('error', () => {})
        .on('data', (asked) => {
          const isAddress = String(asked).includes('get-master-addr-by-name');
          const text = String(nowhere);
          socket.write(
            isAddress ? `*2\r\n$9\r\n127.0.0.1\r\n$${text.length}\r\n${text}\r\n` : "-ERR unknown command 'HELLO'\r\n",
          );
        }),
    ).listen(0, '127.0.0.1');
    await once(liar, 'listening');
    t.teardown(() => liar.close());
    const { port } = liar.address() as AddressInfo;
    const misled = await openStore(t, servers.url.replace('sentinel://', `sentinel://127.0.0.1:${port},`));
    await untilServed(misled.visit);
  });

  t.test('being told of a failover while it looks for the master does not end a client', async () => {
    redis.disconnect(true);
    await once(redis, 'connecting');
    // What ioredis does with the news.
    Reflect.get(redis, 'connector').disconnect();
    await untilServed(visit);
  });

  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    t.test(`a master with ${signal} is replaced`, async (t) => {
      const [master = 0] = await servers.mastersKnownTo(sentinel);
      const pid = await pidOf(master);
      process.kill(pid, signal);
      t.equal((await visit()).refused, IDS.length);
      t.comment(JSON.stringify(await untilServed(visit)));
      t.not((await servers.mastersKnownTo(sentinel))[0], master);
      // Each sentinel tells of the failover, and the client looks anew each time.
      await until(() =>
        write(store, 'written', newSession()).then(
          () => true,
          () => false,
        ),
      );
      if (signal === 'SIGSTOP') {
        process.kill(pid, 'SIGCONT');
        // Until it follows the new master, which the next failover may need. A server that becomes a replica drops its clients.
        const follows = async () => {
          const info = await askServer(master, (server) => server.info('replication')).catch(() => '');
          return info.includes('master_link_status:up');
        };
        await until(follows);
      }
    });
  }

  t.test('without any sentinel it goes on', async (t) => {
    for (const port of servers.ports) process.kill(await pidOf(port), 'SIGKILL');
    for (const port of servers.ports)
      await until(() =>
        pidOf(port).then(
          () => false,
          () => true,
        ),
      );
    t.match(await visit(), { found: IDS.length, refused: 0 });
    await write(store, 'written', newSession());
  });
});
