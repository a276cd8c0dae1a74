import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import t from 'tap';
import { checkLoad } from './checks.js';
import { runClosedLoop } from './closed-loop.js';
import { ClosedLoopThreads } from './closed-loop-threads.js';

const users = new Map<string, number>();
const sockets = new Set<Socket>();
const server = createServer((request, response) => {
  const user = String(request.headers['x-user']);
  users.set(user, (users.get(user) ?? 0) + 1);
  if (request.url === '/hang') return;
  if (request.url === '/close') return response.destroy();
  response.statusCode = request.url === '/refused' ? 401 : 200;
  request.resume();
  response.end('0123456789');
});
server.on('connection', (socket) => sockets.add(socket));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
t.teardown(() => server.close());
t.beforeEach(() => {
  users.clear();
  sockets.clear();
});

const get = (path: string, user: string) => ({ path, headers: { 'x-user': user } });
const served = () => [...users.values()].reduce((sum, count) => sum + count, 0);
const sum = (of: (socket: Socket) => number) => [...sockets].reduce((total, socket) => total + of(socket), 0);

t.test('a fixed amount is sent exactly, and its bytes are those on the wire', async (t) => {
  const requests = (connection: number) => [
    get('/', `user${connection}`),
    { method: 'POST' as const, path: '/longer', headers: { 'x-user': 'poster' }, body: '{"a":1}' },
  ];
  const result = await runClosedLoop({ url, connections: 4, stop: { afterRequests: 403 }, requests });
  t.match(result, { sent: 403, answered: 403, failures: {}, statuses: { 200: 403 }, unexpected: 0 });
  t.equal(served(), 403);
  t.equal(
    Math.round(result.requestBytes * 403),
    sum((socket) => socket.bytesRead),
  );
  t.equal(
    Math.round(result.responseBytes * 403),
    sum((socket) => socket.bytesWritten),
  );
});

t.test('a fixed duration ends with every request answered, each connection being its own user', async (t) => {
  const result = await runClosedLoop({
    url,
    connections: 8,
    stop: { afterMs: 300 },
    requests: (connection) => [get('/', `user${connection}`)],
  });
  t.equal(result.answered, result.sent);
  t.equal(served(), result.sent);
  t.same([...users.keys()].sort(), ['user0', 'user1', 'user2', 'user3', 'user4', 'user5', 'user6', 'user7']);
  t.ok(result.durationMs >= 300);
  // Dates hold whole milliseconds.
  t.ok(Math.abs(result.finishedAt.getTime() - result.startedAt.getTime() - result.durationMs) <= 1);
  t.equal(result.latency.count, result.answered);
  t.ok(result.latency.meanMs <= result.latency.maxMs);
  t.ok(result.generatorCpuMicros > 0);
  const inFlight = (result.throughputRps * result.latency.meanMs) / 1000;
  t.ok(Math.abs(inFlight / result.meanInFlight - 1) < 0.05, "Little's law");
});

t.test('answers of an unexpected status are counted apart from goodput', async (t) => {
  const load = {
    url,
    connections: 2,
    stop: { afterRequests: 40 },
    requests: () => [get('/', 'a'), get('/refused', 'a')],
  };
  const result = await runClosedLoop(load);
  t.match(result, { statuses: { 200: 20, 401: 20 }, unexpected: 20 });
  t.equal(result.goodputRps * 2, result.throughputRps);
  t.equal((await runClosedLoop({ ...load, expectedStatuses: [200, 401] })).unexpected, 0);
});

t.test('a request that is never answered is a timeout, with its waiting time', async (t) => {
  const load = { url, connections: 2, stop: { afterRequests: 2 }, timeoutSeconds: 1 };
  const result = await runClosedLoop({ ...load, requests: () => [get('/hang', 'a')] });
  t.match(result, { sent: 2, answered: 0, failures: { timeout: 2 }, throughputRps: 0 });
  t.ok(result.latency.p50Ms >= 1000);
});

t.test('a target that refuses connections ends the run by itself', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const load = { url: `http://127.0.0.1:${port}`, connections: 2, stop: { afterMs: 60_000 } };
  const result = await runClosedLoop({ ...load, requests: () => [get('/', 'a')] });
  t.equal(result.answered, 0);
  t.ok((result.failures.ECONNREFUSED ?? 0) >= 20);
});

t.test('a target that closes connections instead of answering is found out by the checks', async (t) => {
  const load = { url, connections: 2, stop: { afterRequests: 20 } };
  const result = await runClosedLoop({ ...load, requests: () => [get('/close', 'a')] });
  t.equal(result.answered, 0);
  t.ok(checkLoad(result).some(({ name, ok }) => name === 'sent = answered + failed' && !ok));
});

t.test('an abort ends the run with the reason of the signal', async (t) => {
  const cut = new AbortController();
  const load = { url, connections: 2, stop: { afterMs: 60_000 }, signal: cut.signal };
  const running = runClosedLoop({ ...load, requests: () => [get('/hang', 'a')] });
  await once(server, 'request');
  cut.abort(new Error('enough'));
  await t.rejects(running, { message: 'enough' });
  await t.rejects(runClosedLoop({ ...load, requests: () => [] }), { message: 'enough' });
});

t.test('threads share the connections and the targets, and their counts add up', async (t) => {
  const threads = new ClosedLoopThreads(2);
  t.teardown(() => threads.stop());
  let servedByOther = 0;
  const other = createServer((_request, response) => {
    servedByOther++;
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.teardown(() => other.close());
  const urls = [url, `http://127.0.0.1:${(other.address() as AddressInfo).port}`];
  const load = { urls, connections: 4, request: get('/', 'a'), stop: { afterMs: 100 } };
  const result = await threads.run(load);
  t.match(result, { sent: served() + servedByOther, answered: result.sent, unexpected: 0, generatorThreads: 2 });
  t.ok(served() > 0 && servedByOther > 0);
  t.equal(sockets.size, 2);
  t.equal(result.latency.count, result.sent);
  t.ok(result.meanInFlight > 0 && result.meanInFlight <= 4);
  const amount = await threads.run({ ...load, stop: { afterRequests: 40 } });
  t.match(amount, { sent: 40, answered: 40 }, 'they stay for the next load');
});
