import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import t from 'tap';
import { runProcess, startProcess, until } from '../testing/processes.js';
import { connectTo } from './server-processes.js';

const FILE = 'redis/topology.js';
const { PATH = '' } = process.env;

t.test('a wrong setting is one line that names it', async (t) => {
  const settings: [Record<string, string>, RegExp][] = [
    [{}, /^REDIS_TOPOLOGY: nothing was given, allowed is one of sentinel, cluster\n$/],
    [{ REDIS_TOPOLOGY: 'ring' }, /^REDIS_TOPOLOGY: "ring" was given/],
    [{ REDIS_TOPOLOGY: 'cluster', PATH: '/nowhere' }, /^PATH: one without a Redis server was given/],
    [{ REDIS_TOPOLOGY: 'cluster', REDIS_PORT: '80' }, /^REDIS_PORT: 80 was given/],
    [{ REDIS_TOPOLOGY: 'cluster', REDIS_PORT: '60000' }, /^REDIS_PORT: "?60000"? was given/],
    [{ REDIS_TOPOLOGY: 'cluster', REDIS_DOWN_AFTER_MS: 'soon' }, /^REDIS_DOWN_AFTER_MS: "soon" was given/],
  ];
  for (const [environment, line] of settings) {
    const { code, output } = await runProcess(FILE, { PATH, ...environment });
    t.equal(code, 2, output);
    t.match(output, line);
  }
});

t.test('a port that is in use is named, and nothing is started', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const firstPort = String(Math.min(port, 55_530));
  if (firstPort !== String(port)) return t.comment('skipped: the system gave a port above those that are allowed');
  const { code, output } = await runProcess(FILE, { PATH, REDIS_TOPOLOGY: 'sentinel', REDIS_PORT: firstPort });
  t.equal(code, 2, output);
  t.match(output, `REDIS_PORT: ${firstPort}, of which one in the row is in use,`);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  t.test(`nothing is left after ${signal}`, async (t) => {
    const topology = await startProcess(FILE, { PATH, REDIS_TOPOLOGY: 'sentinel' }).catch((error: Error) => error);
    if (topology instanceof Error) {
      if (/without a Redis server/.test(topology.message)) return t.comment('skipped: no Redis server on PATH');
      throw topology;
    }
    const ports = [...topology.url.matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
    const folders = await Promise.all(
      ports.map(async (port) => {
        const redis = connectTo(port);
        const info = await redis.info('server').finally(() => redis.disconnect());
        return /config_file:(.*)\/server.conf/.exec(info)?.[1] ?? '';
      }),
    );
    t.ok(folders.every(existsSync), folders.join());
    await topology.stop(signal);
    await until(async () => !folders.some(existsSync));
    for (const port of ports) await t.rejects(connectTo(port).ping());
  });
}
