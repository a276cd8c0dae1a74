/**
 * A process that outlives a killed driver just long enough to clean up after it. It is told over IPC what to end, to run and to
 * delete; when the channel closes, for whatever reason, it does so and exits. SIGKILL also ends what is frozen.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

export interface ReaperMessage {
  /** A process; a negative number is a process group. */
  readonly watch?: number;
  readonly forget?: number;
  readonly folder?: string;
  /** A command line to run once the processes have ended; an empty one takes it back. */
  readonly command?: readonly string[];
}

const pids = new Set<number>();
const folders = new Set<string>();
let lastCommand: readonly string[] = [];

process.on('message', ({ watch, forget, folder, command }: ReaperMessage) => {
  if (watch !== undefined) pids.add(watch);
  if (forget !== undefined) pids.delete(forget);
  if (folder !== undefined) folders.add(folder);
  if (command !== undefined) lastCommand = command;
});

process.on('disconnect', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  const [file, ...args] = lastCommand;
  if (file !== undefined) spawnSync(file, args, { stdio: 'ignore' });
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

process.send?.('listening');
