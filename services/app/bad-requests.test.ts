import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import t from 'tap';
import { HEADERS, ROUTES } from '../contract.js';
import { BENCH_TOKEN, instanceEnvironment, setUp } from '../testing/environment.js';
import { startProcess } from '../testing/processes.js';
import { buildApp } from './app.js';
import { loadConfig } from './config.js';
import { closeResources, openResources } from './resources.js';

const log = pino({ enabled: false });
const database = await startProcess('database/embedded.js', {});
const secretsDir = t.testdir();
await setUp(secretsDir, database.url);
const environment = { ...instanceEnvironment(secretsDir, database.url, 'redis://127.0.0.1:1'), STRATEGIES: 'jwt' };
const resources = await openResources(loadConfig(environment), log);
const { server } = await buildApp(resources, log, () => false);
await server.listen({ host: '127.0.0.1', port: 0 });
const { port } = server.server.address() as AddressInfo;
t.teardown(async () => {
  await server.close();
  await closeResources(resources);
  await database.stop();
});

const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object, headers = {}) =>
  server.inject({ method, url: `/jwt${path}`, headers, ...(payload && { payload }) });
const benchLogin = (username: string) =>
  send('POST', ROUTES.benchLogin, { username }, { [HEADERS.benchToken]: BENCH_TOKEN });
const { token } = (await benchLogin('user1')).json<{ token: string }>();
const authorized = { authorization: `Bearer ${token}` };

/** Sends bytes as they are and gives all that comes back. */
async function exchange(...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return text(socket);
}

t.test('text that the database cannot hold is refused', async (t) => {
  const post = { title: 'Title', body: 'Body' };
  const replies = [
    await send('POST', ROUTES.login, { username: 'user1\0', password: 'x' }),
    await benchLogin('\0'),
    await send('POST', ROUTES.posts, { ...post, title: 'a\0b' }, authorized),
    await send('POST', ROUTES.posts, { ...post, body: '\0' }, authorized),
    await send('PUT', `${ROUTES.posts}/1`, { ...post, body: '\n\0' }, authorized),
  ];
  for (const reply of replies) {
    t.equal(reply.statusCode, 400);
    t.match(reply.json(), { error: 'bad_request' });
  }
  const kept = await send(
    'POST',
    ROUTES.posts,
    { title: '\u{1F511} \ud800', body: 'two\nlines\u2028\x01' },
    authorized,
  );
  t.equal(kept.statusCode, 201, 'all other text is taken');
});

t.test('a post has one address', async (t) => {
  const { id } = (await send('POST', ROUTES.posts, { title: 'Title', body: '' }, authorized)).json();
  t.equal((await send('GET', `${ROUTES.posts}/${id}`, undefined, authorized)).statusCode, 200);
  for (const other of [
    `${id}.5`,
    `${id}.0`,
    `0x${id}`,
    `0${id}`,
    `+${id}`,
    `${id}%20`,
    `${id}e0`,
    '0',
    '-1',
    `${id}%0a`,
  ])
    t.equal((await send('GET', `${ROUTES.posts}/${other}`, undefined, authorized)).statusCode, 400, other);
  for (const beyond of ['2147483648', '9999999999'])
    t.equal((await send('DELETE', `${ROUTES.posts}/${beyond}`, undefined, authorized)).statusCode, 404, beyond);
});

t.test('no header is dropped, however many there are', async (t) => {
  const request = (lines: number, last: string) =>
    `GET /jwt/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${'a: b\r\n'.repeat(lines)}${last}\r\n\r\n`;
  t.match(await exchange(request(2000, `authorization: Bearer ${token}`)), /^HTTP\/1\.1 200 /);
  t.match(await exchange(request(9000, 'b: c')), /^HTTP\/1\.1 431 /, 'too many bytes are refused');
});

t.test('a body that stalls is the fault of its client', async (t) => {
  const head = 'POST /jwt/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const replies = await Promise.all([
    exchange(`${head}content-length: 40\r\n\r\n`, '{"use'),
    exchange(`${head}transfer-encoding: chunked\r\n\r\n`, '5\r\n{"use\r\n'),
  ]);
  for (const reply of replies) {
    t.match(reply, /^HTTP\/1\.1 408 /);
    t.match(reply, /\r\nconnection: close\r\n/i);
    t.match(reply, '"error":"request_timeout"');
  }
});
