import type { ListeningMessage } from './contract.js';
import { ConfigError } from './errors.js';

/** Exit code for a wrong setting: another start with the same settings cannot succeed. */
const EXIT_CONFIG = 2;

/** Runs a process's main function: a wrong setting ends it with one line and code 2, anything else with its stack and code 1. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const isConfigError = error instanceof ConfigError;
    process.stderr.write(`${isConfigError ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exit(isConfigError ? EXIT_CONFIG : 1);
  }
}

/** Tells whoever spawned this process where it listens: over IPC where there is a channel, else on stdout. */
export function announceListening(title: string, listening: ListeningMessage['listening']): void {
  if (process.send) {
    process.send({ listening } satisfies ListeningMessage);
    return;
  }
  const operations = listening.opsUrl === undefined ? '' : `, operations on ${listening.opsUrl}`;
  process.stdout.write(`${title} listens on ${listening.url}${operations}\n`);
}

/**
 * Calls `stop` once, at the first SIGTERM, SIGINT or end of the IPC channel: a parent that was killed cannot stop its children,
 * so they notice that it is gone. The process exits with code 0 when `stop` has settled, or after `deadlineMs`.
 */
export function stopOnSignal(stop: () => Promise<void>, deadlineMs: number): void {
  let isStopping = false;
  const begin = async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(0), deadlineMs).unref();
    try {
      await stop();
    } finally {
      process.exit(0);
    }
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
  if (process.send) process.on('disconnect', begin);
}

/** The line for a port that cannot be listened on. */
export function toListenError(error: unknown, key: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new ConfigError(key, `${port}, which is in use,`, 'a free port, or 0 to take any', { cause: error });
  if (code === 'EACCES')
    return new ConfigError(key, `${port}, which needs privileges,`, 'a port from 1024 on', { cause: error });
  return error;
}
