import t from 'tap';
import { HEADERS, ROUTES } from '../../contract.js';
import { BENCH, Client, refused, signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';

const backing = await startBacking(t);
const { server, resources } = await backing.build({ STRATEGIES: 'sealed' });

t.test('a session that no browser would keep is refused, and says so', async (t) => {
  const username = 'x'.repeat(100);
  const insert = 'INSERT INTO users (username, password_hash) VALUES ($1, $2)';
  await resources.backends.database.query(insert, [username, '']);
  const begin = (name: string) =>
    new Client(server, 'sealed').send('POST', ROUTES.benchLogin, { username: name }, BENCH);
  t.equal((await begin(username)).statusCode, 200, 'the longest name that can sign in');
  const { directory } = resources;
  const find = directory.find;
  t.teardown(() => Object.assign(directory, { find }));
  Object.assign(directory, { find: async () => ({ id: 1, username: 'x'.repeat(4000), role: 'user' }) });
  const reply = await begin('user1');
  refused(t, reply, 409, 'session_too_large');
  t.match(reply.json().message, /^The session takes a cookie of 5\d{3} bytes, and browsers keep no more than 4096\.$/);
  t.same(reply.cookies, []);
});

t.test('a cookie that is tampered with or far too long is refused at once', async (t) => {
  const { credential } = await signedIn(server, 'sealed', 'user1');
  const client = new Client(server, 'sealed');
  for (const cookie of [credential.cookie?.replace(/.$/, '!'), `authscale_sealed=${'x'.repeat(5000)}`]) {
    client.credential = { cookie: cookie ?? '' };
    const reply = await client.send('GET', ROUTES.me);
    refused(t, reply, 401, 'not_signed_in');
    t.match(reply.headers[HEADERS.serverTiming], /verify;dur=/);
  }
});
