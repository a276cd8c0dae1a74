import t from 'tap';
import { loadConfig } from '../app/config.js';
import { parseRedisUrl } from './address.js';

t.test('REDIS_URL names one server, the nodes of a cluster, or sentinels', async (t) => {
  t.match(parseRedisUrl('redis://127.0.0.1'), { form: 'server', nodes: [{ host: '127.0.0.1', port: 6379 }], path: '' });
  t.match(parseRedisUrl('redis://h:1/5'), { form: 'server', nodes: [{ host: 'h', port: 1 }], path: '5', isTls: false });
  t.match(parseRedisUrl('rediss://me:p%40ss@h1:1,h2:2,[::1]:3'), {
    form: 'cluster',
    nodes: [
      { host: 'h1', port: 1 },
      { host: 'h2', port: 2 },
      { host: '::1', port: 3 },
    ],
    credentials: { username: 'me', password: 'p@ss' },
    isTls: true,
  });
  t.match(parseRedisUrl('sentinel://:secret@h1,h2:2/main'), {
    form: 'sentinel',
    nodes: [
      { host: 'h1', port: 26379 },
      { host: 'h2', port: 2 },
    ],
    credentials: { password: 'secret' },
    path: 'main',
  });
});

t.test('another one is refused in a line that names the key, and not what was given', async (t) => {
  const wrong = [
    'localhost:6379',
    'http://h',
    'redis://',
    'redis://h:99999',
    'redis://h1:1,,h2:2',
    'redis://h1:1,h2:2/1',
    'redis://h/main',
    'redis://h1:1,h2:x',
    'redis://%zz@h',
    'redis://a:secret@h1,b:secret@h2',
    'sentinel://h1:1,h2:2',
    'sentinel://h1:1,h2:2/',
    'sentinel://h1:1/two words',
  ];
  for (const REDIS_URL of wrong) {
    t.throws(
      () => loadConfig({ SECRETS_DIR: '/secrets', DATABASE_URL: 'postgres://h/d', REDIS_URL }),
      {
        code: 'config',
        message: /^REDIS_URL: a value not shown here was given, allowed is redis:\/\/host:port, .*$/,
      },
      REDIS_URL,
    );
  }
});
