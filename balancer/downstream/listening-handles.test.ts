import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:net';
import t from 'tap';
import { mirrorListener } from './listening-handles.js';

const CLIENTS = 40;

/** How many of so many clients, all there at once, were accepted in one turn of the event loop at most. */
async function mostInOneTurn(servers: readonly Server[], port: number): Promise<number> {
  const turns: number[] = [];
  let turn = 0;
  for (const server of servers) server.on('connection', () => turns.push(turn));
  const clients = Array.from({ length: CLIENTS }, () => connect(port, '127.0.0.1'));
  while (turns.length < CLIENTS) {
    await new Promise(setImmediate);
    turn += 1;
  }
  for (const client of clients) client.destroy();
  return Math.max(...turns.map((one) => turns.filter((other) => other === one).length));
}

t.test('with more handles of its socket a listener accepts more connections in one turn', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const alone = await mostInOneTurn([server], port);
  const others = (await mirrorListener(server)).map((handle) =>
    createServer((socket) => socket.on('error', () => {})).listen(handle),
  );
  const together = await mostInOneTurn([server, ...others], port);
  t.ok(together > 2 * alone, `${alone} alone, ${together} with ${others.length} more handles`);
  await Promise.all([server, ...others].map((one) => new Promise((resolve) => one.close(resolve))));
});
