import t from 'tap';
import { readEnvironment } from './config.js';

t.test('a URL that is none is refused in one line, without its password', async (t) => {
  for (const [key, scheme] of [
    ['DATABASE_URL', 'postgres'],
    ['REDIS_URL', 'redis'],
  ] as const) {
    for (const url of [
      `${scheme}://me:hunter2@host:99999`,
      `http://me:hunter2@host`,
      `${scheme}x://me:a/hunter2@host`,
    ]) {
      t.throws(() => readEnvironment({ [key]: url }), { code: 'BAD_OPTION', message: new RegExp(`^${key}: `) });
      t.throws(() => readEnvironment({ [key]: url }), { message: /^(?!.*hunter2).*$/ });
    }
    t.equal(readEnvironment({ [key]: `${scheme}://me:hunter2@host:1/x` })[key], `${scheme}://me:hunter2@host:1/x`);
  }
});
