import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { ListeningMessage } from '../services/contract.js';
import { ADMIN_TOKEN, send } from './testing/test-cluster.js';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
const SOMAXCONN = '/proc/sys/net/core/somaxconn';
const ENV = { ...process.env, PORT: '0', ADMIN_PORT: '0', ADMIN_TOKEN, AFFINITY_SECRET: 'a secret for tests only' };

async function forkServer(): Promise<{ child: ChildProcess; listening: ListeningMessage['listening'] }> {
  const child = fork(SERVER, { env: ENV, execArgv: [] });
  const [message] = (await once(child, 'message')) as [ListeningMessage];
  return { child, listening: message.listening };
}

t.test('the process starts without upstreams, tells its parent where it is, and ends on SIGTERM with 0', async (t) => {
  const { child, listening } = await forkServer();
  t.equal((await send(listening.url)).status, 503);
  t.equal((await send(`${listening.opsUrl}/health`)).status, 200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  t.strictSame(await exited, [0, null]);
});

t.test('a burst of connections waits to be accepted, and none is lost while the process stands still', async (t) => {
  const limit = existsSync(SOMAXCONN) ? Number(readFileSync(SOMAXCONN, 'utf8')) : 0;
  if (limit < 1_000) return t.comment(`skipped: the kernel lets ${limit} connections wait`);
  const { child, listening } = await forkServer();
  t.teardown(() => child.kill('SIGKILL'));
  child.kill('SIGSTOP');
  const { hostname, port } = new URL(listening.url);
  const sockets = Array.from({ length: 900 }, () => connect(Number(port), hostname));
  // A handshake that is lost is not made up for: the process does not go on.
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets) socket.destroy();
  child.kill('SIGCONT');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  t.strictSame(await exited, [0, null]);
});

t.test('the process ends with its parent', async (t) => {
  const { child } = await forkServer();
  const exited = once(child, 'exit');
  child.disconnect();
  t.strictSame(await exited, [0, null]);
});

t.test('a port in use, or a wrong value, is one line and exit code 2', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const cases: [env: Record<string, string>, line: RegExp][] = [
    [{ PORT: port }, /^PORT: cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE\n$/],
    [{ ADMIN_PORT: port }, /^ADMIN_PORT: cannot listen on 127\.0\.0\.1:\d+: EADDRINUSE\n$/],
    [{ POLICY: '/=x' }, /^POLICY: got "\/=x", allowed: [^\n]*round-robin[^\n]*\n$/],
  ];
  for (const [env, line] of cases) {
    const child = spawn(process.execPath, [SERVER], { env: { ...ENV, ...env } });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    t.match(stderr, line);
    t.equal(code, 2);
  }
});
