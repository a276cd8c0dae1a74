// The real thing is tried by scripts/test-compose.ts, which needs an engine. Here `docker` is a script that writes down what it
// is asked and answers as the engine would.
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { readEnvironment } from '../config.js';
import { startComposeCluster } from './compose.js';
import { ComposeProject } from './compose-project.js';
import { get, parseReply } from './container-shell.js';
import { Docker } from './docker.js';
import { redisCpuMicros, redisVersion } from './redis-info.js';

/** @param script what it does, in the language of `sh`. */
function fakeDocker(folder: string, script: string) {
  const file = join(folder, 'docker');
  const log = join(folder, 'log');
  writeFileSync(file, `#!/bin/sh\necho "$*" >>'${log}'\n${script}\n`);
  chmodSync(file, 0o755);
  return { env: { PATH: folder }, asked: () => readFileSync(log, 'utf8').trim().split('\n') };
}

function start(PATH: string) {
  return startComposeCluster({ strategies: ['jwt'], instances: 2, environment: readEnvironment({ PATH }) });
}

t.test('without docker, or without an engine that answers, one line says so', async (t) => {
  const folder = t.testdir({});
  await t.rejects(start(folder), {
    code: 'CLUSTER_FAILED',
    message: 'The docker command does not start: spawn docker ENOENT.',
  });
  const { asked } = fakeDocker(folder, `echo 'Cannot connect to the Docker daemon.' >&2; exit 1`);
  await t.rejects(start(folder), {
    code: 'CLUSTER_FAILED',
    message: 'docker version: Cannot connect to the Docker daemon.',
  });
  t.equal(asked().length, 1, 'nothing else was tried');
});

t.test('a container that ends with an error is named with its last words, and everything is removed', async (t) => {
  const folder = t.testdir({});
  const { asked } = fakeDocker(
    folder,
    `case "$*" in
      *' up '*) echo 'service "database-setup" did not complete successfully: exit 2' >&2; exit 1 ;;
      'ps '*) echo 'a1|secrets|1|Exited (0) 1 second ago'; echo 'b2|database-setup|1|Exited (2) 1 second ago' ;;
      'logs '*b2) echo 'first line' >&2; echo 'PASSWORD_TIME_COST: "x" was given' >&2 ;;
    esac`,
  );
  await t.rejects(start(folder), {
    code: 'PART_FAILED',
    message: 'database-setup ended with 2: PASSWORD_TIME_COST: "x" was given',
  });
  t.match(
    asked().at(-1),
    /^compose .*--project-name authscale-bench-\d+ --profile resource down --volumes --remove-orphans --timeout 0$/,
  );
});

t.test('a build that fails is told with its last line', async (t) => {
  const folder = t.testdir({});
  fakeDocker(
    folder,
    `case "$*" in *' up '*) echo '#1 load'; printf '#9 npm ci\\nfailed to solve\\n' >&2; exit 17 ;; esac`,
  );
  await t.rejects(start(folder), { code: 'CLUSTER_FAILED', message: 'docker compose: failed to solve' });
});

t.test('containers are parts: instances by number, then the tiers; a killed one has not failed', async (t) => {
  const lines = [
    'r|redis|1|Up 2 seconds',
    'i10|app|10|Up 1 second',
    'i2|app|2|Exited (137) 1 second ago',
    'b|balancer|1|Up 3 seconds (healthy)',
    's|secrets|1|Exited (0) 9 seconds ago',
  ];
  const { env } = fakeDocker(t.testdir({}), lines.map((line) => `echo '${line}'`).join('\n'));
  const project = new ComposeProject(new Docker(env), 'name');
  t.same([...(await project.containers()).keys()], ['secrets', 'instance-2', 'instance-10', 'balancer', 'redis']);
  await project.requireNoneFailed();
});

t.test(
  'listeners are asked from inside a container, all before the first is read; any status but 200 is an error',
  async (t) => {
    const waiting: (() => void)[] = [];
    const listeners = [200, 503].map((status) =>
      createServer((_request, response) => {
        waiting.push(() => response.writeHead(status).end(JSON.stringify({ status, text: 'é'.repeat(5_000) })));
        if (waiting.length === 2) for (const answer of waiting) answer();
      }).listen(0, '127.0.0.1'),
    );
    t.teardown(() => listeners.map((listener) => listener.close()));
    await Promise.all(listeners.map((listener) => once(listener, 'listening')));
    const { env, asked } = fakeDocker(t.testdir({}), 'shift 3; exec "$@"');
    const shell = new Docker({ PATH: `${env.PATH}:${process.env.PATH}` }).openShell(() => 'id');
    t.teardown(() => shell.close());
    const questions = listeners.map((listener) => ({
      host: '127.0.0.1',
      port: (listener.address() as AddressInfo).port,
      text: get('/stats'),
    }));
    const [good = '', bad = ''] = await shell.ask(questions);
    t.same(parseReply(good), { status: 200, text: 'é'.repeat(5_000) });
    t.throws(() => parseReply(bad), { code: 'REQUEST_FAILED', message: /503/ });
    const nobody = { host: '127.0.0.1', port: 1, text: 'x' };
    t.same(await shell.ask([nobody]), [''], 'nobody listens');
    t.equal(asked().filter((line) => line.startsWith('exec ')).length, 1, 'one shell asks everything');
    shell.close();
    t.same(await shell.ask([nobody]), [''], 'it is started again');
  },
);

t.test('a shell that ends before it has answered is an error, and the next question starts another', async (t) => {
  const folder = t.testdir({});
  fakeDocker(folder, 'exit 1');
  const shell = new Docker({ PATH: folder }).openShell(() => 'id');
  t.teardown(() => shell.close());
  const question = { host: '127.0.0.1', port: 1, text: 'x' };
  await t.rejects(shell.ask([question]), { code: 'REQUEST_FAILED' });
  fakeDocker(folder, `printf 'answer\\0'; read -r line`);
  t.same(await shell.ask([question]), ['answer']);
});

t.test("Redis's INFO tells CPU time and version, and Valkey its own", async (t) => {
  t.equal(redisCpuMicros('# CPU\r\nused_cpu_sys:0.25\r\nused_cpu_user:1.5\r\nused_cpu_sys_children:9\r\n'), 1_750_000);
  t.equal(redisVersion('# Server\r\nredis_version:7.0.15\r\n'), 'Redis 7.0.15');
  t.equal(redisVersion('redis_version:7.2.4\r\nvalkey_version:8.0.1\r\n'), 'Valkey 8.0.1');
});
