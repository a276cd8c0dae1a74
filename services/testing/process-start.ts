import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ListeningMessage } from '../contract.js';

export const SERVICES = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

export type Environment = Readonly<Record<string, string>>;

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

export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code;
}

export function collectOutput(child: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}
