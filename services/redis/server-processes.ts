import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ConfigError } from '../errors.js';

const PROGRAMS = ['redis-server', 'valkey-server'];

/**
 * Outlives whoever started it just long enough to clean up: each line that it reads has the processes that run now; at the end of
 * its input, for whatever reason, it ends those of the last line and deletes the folder.
 */
const GUARD = 'while read -r line; do pids=$line; done; kill -9 $pids; rm -rf "$0"';

export interface ServerSpec {
  readonly port: number;
  /** Lines of its configuration file, to which the server adds what it has to know after a restart. */
  readonly options: readonly string[];
  readonly isSentinel?: boolean;
}

/** Servers of one program in a temporary folder. One that dies starts again after a while; all end with this process, however it ends. */
export class ServerProcesses {
  readonly #running = new Set<ChildProcess>();
  readonly #program: string;
  readonly #folder: string;
  readonly #restartMs: number;
  readonly #guard: ChildProcess;
  readonly #ended: Promise<unknown>;
  #isStopping = false;

  private constructor(program: string, folder: string, restartMs: number) {
    this.#program = program;
    this.#folder = folder;
    this.#restartMs = restartMs;
    // In a session of its own, as the servers are: Ctrl-C in a terminal reaches the process that ends them all.
    this.#guard = spawn('sh', ['-c', GUARD, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#guard.stdin?.on('error', () => {});
    this.#ended = once(this.#guard, 'exit').then(() => {
      this.#isStopping = true;
      for (const child of this.#running) child.kill('SIGKILL');
    });
  }

  /** @throws ConfigError where there is no server to run */
  static async open(path: string, restartMs: number): Promise<ServerProcesses> {
    const candidates = path.split(delimiter).flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
    const program = candidates.find((candidate) => existsSync(candidate));
    if (program === undefined)
      throw new ConfigError('PATH', 'one without a Redis server', `one with ${PROGRAMS.join(' or ')}`);
    return new ServerProcesses(program, await mkdtemp(join(tmpdir(), 'authscale-redis-')), restartMs);
  }

  /** Resolves once the server answers. */
  async start(spec: ServerSpec): Promise<void> {
    const folder = this.#folderOf(spec);
    await mkdir(folder);
    const options = ['bind 127.0.0.1', `port ${spec.port}`, `dir ${folder}`, 'logfile server.log', ...spec.options];
    await writeFile(join(folder, 'server.conf'), `${options.join('\n')}\n`);
    const died = once(this.#spawn(spec), 'exit').then(async () => {
      throw new Error(`the server on port ${spec.port} ended: ${await this.#lastWords(spec)}`);
    });
    died.catch(() => {});
    await Promise.race([untilAnswering(spec.port), died]);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#guard.stdin?.end();
    await this.#ended;
  }

  #spawn(spec: ServerSpec): ChildProcess {
    const mode = spec.isSentinel ? ['--sentinel'] : [];
    const args = [join(this.#folderOf(spec), 'server.conf'), ...mode];
    const child = spawn(this.#program, args, { detached: true, stdio: 'ignore' });
    this.#running.add(child);
    this.#tellGuard();
    child.once('exit', (status, signal) => {
      this.#running.delete(child);
      if (this.#isStopping) return;
      this.#tellGuard();
      process.stderr.write(
        `the Redis server on port ${spec.port} ended with ${signal ?? status}, starts again in ${this.#restartMs} ms\n`,
      );
      setTimeout(() => this.#isStopping || this.#spawn(spec), this.#restartMs);
    });
    return child;
  }

  #tellGuard(): void {
    this.#guard.stdin?.write(`${[...this.#running].map(({ pid }) => pid).join(' ')}\n`);
  }

  #folderOf({ port }: ServerSpec): string {
    return join(this.#folder, String(port));
  }

  async #lastWords(spec: ServerSpec): Promise<string> {
    const log = await readFile(join(this.#folderOf(spec), 'server.log'), 'utf8').catch(() => '');
    return log.trim().split('\n').at(-1) ?? '';
  }
}

/** A connection for whoever sets servers up: it fails at once where none listens. */
export function connectTo(port: number): Redis {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: null, connectTimeout: 1000 });
  redis.on('error', () => {});
  return redis;
}

async function untilAnswering(port: number): Promise<void> {
  for (let answers = false; !answers; ) {
    const redis = connectTo(port);
    answers = await redis.ping().then(
      () => true,
      () => false,
    );
    redis.disconnect();
    if (!answers) await wait(20);
  }
}
