// Against a server of its own, which is gone by the time that its users contend.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { Pool } from 'undici';
import type { ProtocolContext } from '../protocol.js';
import { revival } from './revival.js';

t.test('who cannot connect is not waited for', async (t) => {
  const server = createServer((_request, reply) => reply.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(url);
  t.teardown(() => pool.destroy());
  const cluster = { url, benchToken: '', demoPassword: '' };
  const context = { cluster, pool, signal: new AbortController().signal } as unknown as ProtocolContext;
  const track = await revival.open(context);
  const contest = await track.prepare({ strategy: 'memory' }, 1);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await t.rejects(contest.run(), { code: 'ECONNREFUSED' });
});
