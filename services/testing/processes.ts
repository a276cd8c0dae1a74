import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { Redis } from 'ioredis';
import { collectOutput, type Environment, SERVICES, stop } from './process-start.js';
import { type RedisServer, startTopology } from './redis-topologies.js';

export { type Running, startProcess } from './process-start.js';
export type { RedisServer };

/** Runs a compiled process until it ends. */
export async function runProcess(file: string, environment: Environment) {
  const child = spawn(process.execPath, [path.join(SERVICES, file)], { env: environment });
  const output = collectOutput(child);
  const [code] = await once(child, 'close');
  return { code: code as number | null, output: output() };
}

/**
 * Starts a Redis of its own with the server on PATH, or gives null where there is none. TEST_REDIS says `cluster` or `sentinel`
 * for one of several servers, of which no test chooses the port.
 */
export async function startRedis(port?: number): Promise<RedisServer | null> {
  const { TEST_REDIS } = process.env;
  if (port === undefined && (TEST_REDIS === 'cluster' || TEST_REDIS === 'sentinel')) return startTopology(TEST_REDIS);
  for (const command of ['redis-server', 'valkey-server']) {
    const freePort = port ?? (await findFreePort());
    const args = ['--port', String(freePort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn(command, args, { stdio: 'ignore' });
    const hasStarted = await once(child, 'spawn').then(
      () => true,
      () => false,
    );
    if (!hasStarted) continue;
    const url = `redis://127.0.0.1:${freePort}`;
    await waitForRedis(url);
    return { url, child, stop: async () => void (await stop(child, 'SIGKILL')) };
  }
  return null;
}

async function waitForRedis(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  await redis.ping();
  redis.disconnect();
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('no TCP address');
  return address.port;
}

/** Asks until the answer is as wished. Ends with the test's own timeout if it never is. */
export async function until(isAsWished: () => Promise<boolean>): Promise<void> {
  while (!(await isAsWished())) await new Promise((resolve) => setTimeout(resolve, 20));
}
