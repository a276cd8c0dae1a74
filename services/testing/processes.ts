import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { ListeningMessage } from '../contract.js';
import { startTopology } from './redis-topologies.js';

const SERVICES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

type Environment = Readonly<Record<string, string>>;

/** A process of this folder that has told where it listens. */
export interface Running {
  readonly url: string;
  readonly opsUrl: string;
  readonly child: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Ends it with a signal and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a compiled process, `app/server.js` for example, and waits until it listens. Its environment is `environment` alone.
 * @param launcher a command that runs the one that it is given
 */
export async function startProcess(
  file: string,
  environment: Environment,
  launcher: readonly string[] = [],
): Promise<Running> {
  const [command, ...args] = [...launcher, process.execPath];
  // Without the test runner's loaders, which a fork would inherit.
  const child = fork(path.join(SERVICES, file), {
    env: environment,
    silent: true,
    execPath: command ?? '',
    execArgv: args,
  });
  const output = collectOutput(child);
  const listening = await Promise.race([
    once(child, 'message').then(([message]) => (message as ListeningMessage).listening),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} exited with ${code}: ${output()}`))),
  ]);
  return {
    url: listening.url,
    opsUrl: listening.opsUrl ?? '',
    child,
    output,
    stop: (signal = 'SIGTERM') => stop(child, signal),
  };
}

/** Runs a compiled process until it ends. */
export async function runProcess(file: string, environment: Environment) {
  const child = spawn(process.execPath, [path.join(SERVICES, file)], { env: environment });
  const output = collectOutput(child);
  const [code] = await once(child, 'close');
  return { code: code as number | null, output: output() };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

function collectOutput(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

export interface RedisServer {
  readonly url: string;
  readonly child: { kill(signal: NodeJS.Signals): boolean };
  stop(): Promise<void>;
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
