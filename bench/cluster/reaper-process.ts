/**
 * A process that outlives a killed driver just long enough to clean up after it. It is told over IPC what to end and what to
 * delete; when the channel closes, for whatever reason, it does so and exits. SIGKILL also ends what is frozen.
 */
import { rmSync } from 'node:fs';

export interface ReaperMessage {
  readonly watch?: number;
  readonly forget?: number;
  readonly folder?: string;
}

const pids = new Set<number>();
const folders = new Set<string>();

process.on('message', ({ watch, forget, folder }: ReaperMessage) => {
  if (watch !== undefined) pids.add(watch);
  if (forget !== undefined) pids.delete(forget);
  if (folder !== undefined) folders.add(folder);
});

process.on('disconnect', () => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

process.send?.('listening');
