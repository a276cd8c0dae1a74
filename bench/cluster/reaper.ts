import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ReaperMessage } from './reaper-process.js';

/** The driver's end of the process that cleans up after a killed driver. */
export interface Reaper {
  tell(message: ReaperMessage): void;
  /** Ends the reaper, and with it whatever it still watches. */
  dismiss(): void;
}

/** Resolves once the reaper listens: whatever is spawned after that has somebody to end it. */
export async function startReaper(): Promise<Reaper> {
  const child = fork(fileURLToPath(new URL('reaper-process.js', import.meta.url)), {
    detached: true,
    stdio: 'ignore',
    execArgv: [],
  });
  await once(child, 'message');
  return {
    tell: (message) => {
      if (child.connected) child.send(message);
    },
    dismiss: () => {
      if (child.connected) child.disconnect();
    },
  };
}
