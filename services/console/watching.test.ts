/** What the console asks of a balancer, and when: with one that only counts. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { ADMIN, type ToldDecision } from '../../balancer/contract.js';
import { createConsoleServer } from './app.js';
import { Console } from './console.js';
import { TestPage } from './testing/console-client.js';

const asked: string[] = [];
const streams = new Set<ServerResponse>();
const balancer = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === ADMIN.decisions) {
    streams.add(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    response.on('close', () => streams.delete(response));
  } else if (request.url === ADMIN.snapshot) {
    response.end(JSON.stringify({ pid: 1, requests: 0, cpu: { userMicros: 0, systemMicros: 0 }, upstreams: [] }));
  } else response.end(JSON.stringify({ routes: [], policies: [], affinities: [] }));
}).listen(0, '127.0.0.1');
await once(balancer, 'listening');
const origin = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;

const config = {
  listen: { host: '127.0.0.1', port: 0 },
  hosts: [],
  balancerUrl: origin,
  publicBalancerUrl: origin,
  adminUrl: origin,
  redisUrl: null,
  strategies: ['memory' as const],
  reportsFolder: null,
  adminToken: 'a',
  demoPassword: 'b',
  token: 'c',
  controlToken: 'd',
};
const control = { state: { parts: [], canAdd: false }, cannotAct: 'Nobody to ask.', order: async () => {} };
const consoleOf = new Console(config, () => control);
const server = createConsoleServer(consoleOf, config).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
t.teardown(() => {
  consoleOf.close();
  for (const one of [server, balancer]) {
    one.close();
    one.closeAllConnections();
  }
});

/** Turns of the event loop, as many as it takes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const decision: ToldDecision = {
  method: 'GET',
  path: '/memory/me?secret=1',
  requestId: null,
  status: 200,
  durationMs: 1.5,
  attempts: [{ upstream: 'abc', outcome: '200' }],
  affinity: 'none → none',
  skipped: 7,
};

t.test('one stream for all who watch, none and no question when nobody does', async (t) => {
  t.same(asked, [], 'nobody has come yet');
  const pages = [new TestPage(url, 'c'), new TestPage(url, 'c')];
  for (const page of pages) await page.watch();
  await until(() => streams.size > 0);
  t.equal(asked.filter((path) => path === ADMIN.decisions).length, 1);
  for (const stream of streams) stream.write(`data: ${JSON.stringify(decision)}\n\n`);
  for (const page of pages) {
    await page.until(({ requests }) => requests.length === 1);
    t.match(
      page.events.find(({ type }) => type === 'requests'),
      {
        skipped: 7,
        requests: [{ agent: null, strategy: 'memory', path: '/memory/me', durationMs: 1.5, recognised: null }],
      },
    );
    t.notMatch(page.received, 'secret=1');
  }
  pages[0]?.leave();
  await pages[1]?.until(({ samples }) => samples.length > 0);
  t.equal(streams.size, 1, 'one is left who watches');
  pages[1]?.leave();
  await until(() => consoleOf.watchers.count === 0 && streams.size === 0);
  const soFar = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 1200));
  t.equal(asked.length, soFar, 'beyond the time of a sample');
});

t.test('a stream that breaks is opened again, and the page is told', async (t) => {
  const page = new TestPage(url, 'c');
  await page.watch();
  await until(() => streams.size > 0);
  for (const stream of streams) stream.destroy();
  await page.until(({ log }) => log.some(({ text, by }) => by === 'cluster' && text.includes('asked again')));
  await until(() => streams.size > 0);
  for (const stream of streams) stream.write(`data: ${JSON.stringify(decision)}\n\n`);
  await page.until(({ requests }) => requests.length === 2);
  t.equal(streams.size, 1);
  page.leave();
});

t.test('what nobody can do is not offered, and said', async (t) => {
  const page = new TestPage(url, 'c');
  await page.watch();
  t.match(page.state, { cannotAct: 'Nobody to ask.', canAdd: false });
  t.match(await page.act({ do: 'part', part: 'balancer', act: 'restart' }), { status: 409, message: /nothing/ });
  page.leave();
});
