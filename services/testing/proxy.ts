import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

const LOOPBACK = '127.0.0.1';

/** Passes on what comes until it is cut, and again once it is mended. */
export async function startProxy(t: Test, port: number) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(port, LOOPBACK);
    for (const socket of [near, far]) {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    }
    if (isCut) return;
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const destroy = () => sockets.forEach((socket) => void socket.destroy());
  t.teardown(() => {
    destroy();
    server.close();
  });
  const address = server.address() as { port: number };
  return {
    address: `${LOOPBACK}:${address.port}`,
    /** Nothing comes through, and nobody is told. */
    cut() {
      isCut = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend() {
      isCut = false;
      destroy();
    },
  };
}
