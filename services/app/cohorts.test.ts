import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { handleInCohorts } from './cohorts.js';

/** An app that tells when it has read a request and when it handles one. */
function build(t: Test, limit: number) {
  const [app, told]: [FastifyInstance, string[]] = [Fastify(), []];
  t.teardown(() => app.close());
  app.addHook('onRequest', (request, _reply, done) => {
    told.push(`read ${request.url}`);
    done();
  });
  handleInCohorts(app, limit);
  app.addHook('onRequest', (request, _reply, done) => {
    told.push(`handle ${request.url}`);
    done();
  });
  app.post('*', (request, reply) => {
    if (request.url === '/bad') throw new Error('it is bad');
    reply.send({ body: request.body });
  });
  return { app, told };
}

const post = (app: FastifyInstance, urls: readonly string[]) =>
  Promise.all(urls.map((url) => app.inject({ method: 'POST', url, payload: { url } })));

t.test('requests of one turn are read first, then handled in the order of their arrival', async (t) => {
  const { app, told } = build(t, 64);
  await app.ready();
  const replies = await post(app, ['/1', '/bad', '/3']);
  t.same(told, ['read /1', 'read /bad', 'read /3', 'handle /1', 'handle /bad', 'handle /3']);
  t.same(
    replies.map(({ statusCode }) => statusCode),
    [200, 500, 200],
    'one that fails does not fail the others',
  );
  t.same(replies[2]?.json(), { body: { url: '/3' } });
});

t.test('no more are held than the limit says, and 1 holds none', async (t) => {
  const two = build(t, 2);
  await two.app.ready();
  await post(two.app, ['/1', '/2', '/3']);
  t.same(two.told, ['read /1', 'read /2', 'handle /1', 'handle /2', 'read /3', 'handle /3']);
  const one = build(t, 1);
  await one.app.ready();
  await post(one.app, ['/1', '/2']);
  t.same(one.told, ['read /1', 'handle /1', 'read /2', 'handle /2']);
});

t.test('a client that leaves while its request is held harms no other', async (t) => {
  const { app, told } = build(t, 64);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const [leaving, staying] = [await open(), await open()];
  const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`;
  app.server.once('request', () => leaving.destroy());
  leaving.write(head('/leaves'));
  staying.write(head('/stays'));
  const [reply] = await once(staying, 'data');
  t.match(String(reply), /^HTTP\/1\.1 200 /);
  t.ok(told.includes('handle /stays'));
  staying.destroy();
});
