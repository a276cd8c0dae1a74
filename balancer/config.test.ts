import t from 'tap';
import { readConfig } from './config.js';

const SECRET = { AFFINITY_SECRET: 'at least sixteen characters', ADMIN_TOKEN: 'sixteen characters too' };

t.test('the defaults are complete', async (t) => {
  const config = readConfig(SECRET);
  t.match(config, { HOST: '127.0.0.1', PORT: 8080, ADMIN_PORT: 8081, BALANCER_TRANSPORT: 'net', upstreams: [] });
  t.strictSame(
    config.routes.map(({ prefix }) => prefix),
    ['/', '/sticky'],
  );
});

t.test('an empty value counts as none', async (t) => {
  t.equal(readConfig({ ...SECRET, PORT: '', UPSTREAMS: '' }).PORT, 8080);
});

t.test('upstreams are origins with an optional health URL', async (t) => {
  const { upstreams } = readConfig({ ...SECRET, UPSTREAMS: 'http://a:1, http://b:2|http://b:3/ready' });
  t.strictSame(upstreams, [{ url: 'http://a:1' }, { url: 'http://b:2', healthUrl: 'http://b:3/ready' }]);
});

t.test('every wrong value is one line that names the key, what was given and what is allowed', async (t) => {
  const cases: Record<string, string> = {
    PORT: '70000',
    BALANCER_TRANSPORT: 'curl',
    UPSTREAMS: 'ftp://a:1',
    UPSTREAM_DNS: 'app',
    POLICY: '/=fastest',
    AFFINITY: 'sticky=inserted-cookie',
    HEALTH_FALL: '0',
    ADMIN_HOSTS: 'http://a',
    TRUSTED_PROXIES: 'nowhere',
    MAX_HEADER_BYTES: 'many',
  };
  for (const [key, value] of Object.entries(cases)) {
    const message = errorOf({ ...SECRET, [key]: value });
    t.match(message, `${key}: got "${value}", allowed: `);
    t.notMatch(message, '\n');
  }
});

t.test('a policy is one of those there are, and no property that every object has', async (t) => {
  t.match(errorOf({ ...SECRET, POLICY: '/=toString' }), /^POLICY: got "\/=toString"/);
});

t.test('the admin listener needs a token, wherever it listens, and affinity by cookie a secret', async (t) => {
  const { ADMIN_TOKEN, AFFINITY_SECRET } = SECRET;
  t.match(errorOf({ AFFINITY_SECRET }), /^ADMIN_TOKEN: got nothing, allowed: .* SECRETS_DIR that holds admin-token$/);
  t.match(errorOf({ ADMIN_TOKEN }), /^AFFINITY_SECRET: got nothing/);
  t.match(errorOf({ SECRETS_DIR: '/nowhere' }), /^SECRETS_DIR: got "\/nowhere"/);
  const SECRETS_DIR = t.testdir({ 'admin-token': 'a token in a file\n' });
  t.equal(readConfig({ AFFINITY_SECRET, SECRETS_DIR }).ADMIN_TOKEN, 'a token in a file');
});

t.test('no error shows a secret', async (t) => {
  for (const key of ['ADMIN_TOKEN', 'AFFINITY_SECRET']) {
    t.match(errorOf({ ...SECRET, [key]: 'hunter2' }), `${key}: got a value not shown here, allowed: at least 16`);
  }
  const SECRETS_DIR = t.testdir({ 'admin-token': 'hunter2' });
  t.notMatch(errorOf({ AFFINITY_SECRET: SECRET.AFFINITY_SECRET, SECRETS_DIR }), 'hunter2');
  t.notMatch(errorOf({ ...SECRET, UPSTREAMS: 'http://me:hunter2@a:1/path' }), 'hunter2');
});

function errorOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
