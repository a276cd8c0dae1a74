import { pino } from 'pino';
import type { Test } from 'tap';
import { type App, buildApp } from '../app/app.js';
import { loadConfig } from '../app/config.js';
import { closeResources, openResources, type Resources } from '../app/resources.js';
import { STRATEGIES, type StrategyName } from '../contract.js';
import { instanceEnvironment, setUp } from './environment.js';
import { findFreePort, type RedisServer, startProcess, startRedis, until } from './processes.js';

const log = pino({ enabled: false });
export const NO_REDIS_URL = 'redis://127.0.0.1:1';

export interface Instance extends App {
  readonly resources: Resources;
}

/** What instances inside the test's own process share, and a way to build them. */
export interface Backing {
  readonly redis: RedisServer | null;
  /** Why a strategy cannot be tried here; false where it can. */
  skip(name: StrategyName): string | false;
  build(changes?: Record<string, string | undefined>, now?: () => number): Promise<Instance>;
}

/** Starts a database and, where there is one on PATH, a Redis server. All end with the test. */
export async function startBacking(t: Test): Promise<Backing> {
  const database = await startProcess('database/embedded.js', {});
  const redis = await startRedis();
  const secretsDir = t.testdir();
  await setUp(secretsDir, database.url);
  const environment = {
    ...instanceEnvironment(secretsDir, database.url, redis?.url ?? NO_REDIS_URL),
    // What is refused on purpose must not use up the tries of what follows.
    FAILED_SIGN_INS_LIMIT: '10000',
  };
  const built: Instance[] = [];
  const peers: string[] = [];
  t.teardown(async () => {
    for (const { server, resources } of built) {
      await server.close();
      await closeResources(resources);
    }
    await database.stop();
    await redis?.stop();
  });
  return {
    redis,
    skip: (name) => STRATEGIES[name].needs.includes('redis') && redis === null && 'no Redis server on PATH',
    async build(changes = {}, now = Date.now) {
      const peer = { PEER_PORT: String(await findFreePort()), PEERS: peers.join(',') };
      const resources = await openResources(loadConfig({ ...environment, ...peer, ...changes }), log, now);
      await until(async () => resources.backends.peers?.isReady() ?? true);
      peers.push(`127.0.0.1:${peer.PEER_PORT}`);
      const instance = { ...(await buildApp(resources, log, () => false)), resources };
      built.push(instance);
      return instance;
    },
  };
}
