import t from 'tap';
import { readConfig } from './config.js';

const SECRET = { AFFINITY_SECRET: 'at least sixteen characters' };

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
    ADMIN_TOKEN: 'short',
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

t.test('an admin listener that others can reach needs a token, affinity by cookie a secret', async (t) => {
  t.match(errorOf({ ...SECRET, ADMIN_HOST: '0.0.0.0' }), /^ADMIN_TOKEN: got nothing/);
  t.match(errorOf({}), /^AFFINITY_SECRET: got nothing/);
  t.match(errorOf({ SECRETS_DIR: '/nowhere' }), /^SECRETS_DIR: got "\/nowhere"/);
});

function errorOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
