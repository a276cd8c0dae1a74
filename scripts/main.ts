import { BenchError } from '../bench/errors.js';

/** What every command shares: one clear line for what cannot go on, exit codes, and an orderly end at Ctrl-C. */

export interface Invocation {
  readonly args: readonly string[];
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** @param command returns the exit code. What it throws for people becomes one line, and exit code 2. */
export async function main(command: (invocation: Invocation) => Promise<number>): Promise<void> {
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interruption.signal.aborted) process.exit(130);
      interruption.abort();
    });
  }
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
