import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';

/** A socket that listens, as Node.js wraps it; `Server.listen` takes it. */
export interface ListeningHandle {
  close(): void;
}

/**
 * Connections that may wait to be accepted; the kernel allows its own maximum at most (4096 since Linux 5.4). With the 511 of
 * Node.js a burst of more clients loses packets of its handshakes, and who lost one waits a second for the next try.
 */
export const BACKLOG = 4096;

const COUNT = 15;
const MIRROR_MS = 5000;
/** Sends back what it is sent, and ends with its parent. */
const MIRROR = `process.on('message', (message, handle) => process.send(message, handle)).on('disconnect', () => process.exit())`;

/**
 * More handles of the socket on which `server` listens. libuv accepts one connection for each handle in a turn of the event loop (since
 * 1.45, libuv pull request 3696): where a turn takes milliseconds, the last of 256 new clients waits for most of a second. A socket
 * that another process sends back has a handle of its own. Node.js 22 could listen several times (`reusePort`), 20 cannot.
 */
export async function mirrorListener(server: Server): Promise<ListeningHandle[]> {
  const { _handle: handle } = server as unknown as { _handle: never };
  // It gets nothing of the environment: no secrets.
  const mirror = spawn(process.execPath, ['-e', MIRROR], { env: {}, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const handles: ListeningHandle[] = [];
  try {
    for (let i = 0; i < COUNT; i++) {
      mirror.send('back', handle, { keepOpen: true });
      const [, copy] = await once(mirror, 'message', { signal: AbortSignal.timeout(MIRROR_MS) });
      handles.push(copy);
    }
    return handles;
  } catch (error) {
    for (const copy of handles) copy.close();
    throw error;
  } finally {
    mirror.kill();
  }
}
