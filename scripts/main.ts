import { BenchError } from '../bench/errors.js';

/** A terminal's Ctrl-C reaches npm and this process, and npm passes its own on: two that come together are one. */
const ONE_INTERRUPTION_MS = 500;

/** What every command shares: one clear line for what cannot go on, exit codes, and an orderly end at Ctrl-C. */

export interface Invocation {
  readonly args: readonly string[];
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once; parts are then ended by the reaper. */
  readonly signal: AbortSignal;
}

/** @param command returns the exit code. What it throws for people becomes one line, and exit code 2. */
export async function main(command: (invocation: Invocation) => Promise<number>): Promise<void> {
  const interruption = new AbortController();
  let interruptedAt = 0;
  const interrupt = () => {
    if (!interruption.signal.aborted) {
      interruptedAt = performance.now();
      interruption.abort();
    } else if (performance.now() - interruptedAt > ONE_INTERRUPTION_MS) process.exit(130);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  try {
    process.exitCode = await command({ args: process.argv.slice(2), signal: interruption.signal });
  } catch (error) {
    if (!isForPeople(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 'code' in error && error.code === 'INTERRUPTED' ? 130 : 2;
  }
  process.exit();
}

/** Ours, or the system's ("EACCES: permission denied, mkdir ..."). Anything else is a defect and keeps its stack. */
function isForPeople(error: unknown): error is Error {
  return error instanceof BenchError || (error instanceof Error && 'syscall' in error);
}
