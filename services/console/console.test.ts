/** The console of a real cluster, as `npm start` has it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { HEADERS, SECRET_FILES } from '../contract.js';
import type { Act, ConsoleState } from './contract.js';
import { ask, TestPage } from './testing/console-client.js';

const ports = ['--port', '0', '--admin-port', '0', '--console-port', '0'];
const child = spawn(process.execPath, ['dist/scripts/start.js', '--instances', '2', ...ports], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, PASSWORD_MEMORY_KIB: '64', PASSWORD_TIME_COST: '1', HEALTH_INTERVAL_MS: '100' },
});
t.teardown(async () => {
  child.kill('SIGINT');
  await once(child, 'exit');
});
let said = '';
await new Promise<void>((resolve) => {
  child.stdout.on('data', (piece) => {
    said += piece;
    if (said.includes('Ctrl-C')) resolve();
  });
});
const [, url = '', token = ''] = /(http:\S+)\/#token=(\S+)/.exec(said) ?? [];
const [, balancerUrl = ''] = /^balancer +(http:\S+)/m.exec(said) ?? [];
const [, tokenFile = ''] = /\$\(cat (\S+)\)/.exec(said) ?? [];
const hasRedis = !said.includes('no Redis');

const page = new TestPage(url, token);
await page.watch();

const statesOf = ({ parts }: ConsoleState) => Object.fromEntries(parts.map(({ name, state }) => [name, state]));
async function done(act: Act) {
  const reply = await page.act(act);
  t.equal(reply.status, 200, `${JSON.stringify(act)} ${reply.message ?? ''}`);
  return reply.requests ?? [];
}
const recognised = (requests: Awaited<ReturnType<typeof done>>) => requests.map((request) => request.recognised);

t.test('who comes from elsewhere gets nothing, who has no token watches', async (t) => {
  const { host } = new URL(url);
  for (const path of ['/', '/events', '/reports']) {
    for (const headers of [{ host: 'evil.example' }, { host, origin: 'http://evil.example' }, { host, origin: 'null' }])
      t.equal((await ask(`${url}${path}`, { headers })).status, 403, `${path} ${JSON.stringify(headers)}`);
  }
  const act: Act = { do: 'sign-in', strategy: 'memory', count: 1 };
  t.equal((await page.act(act, { origin: 'http://evil.example' })).status, 403);
  t.equal((await page.act(act, { 'x-console-token': `${token}x` })).status, 403);
  t.equal((await page.act(act, { 'content-type': 'text/plain' })).status, 415);
  t.same(page.state?.agents, []);
  t.match(await page.act({ do: 'explode' } as unknown as Act), { status: 400, message: /one of sign-in, / });
  t.match(await page.act({ do: 'click', times: 0 }), { status: 400 });
  t.equal((await page.act({ do: 'steal', agent: 'x'.repeat(30_000) })).status, 413);
  const served = await ask(`${url}/`);
  t.match(served, {
    status: 200,
    headers: { 'content-security-policy': /^default-src 'none'; script-src 'self' 'sha256-/ },
  });
  t.equal((await ask(`${url}/page/main.js`)).status, 200);
  t.equal((await ask(`${url}/page/../config.js`)).status, 404);
  t.match(await ask(`${balancerUrl}/`, { headers: { accept: 'text/html' } }), {
    status: 302,
    headers: { location: `${url}/` },
  });
});

t.test('behind round robin half of the clicks are lost, and all that happened is told', async (t) => {
  const [login] = await done({ do: 'sign-in', strategy: 'memory', count: 1 });
  const clicks = await done({ do: 'click', times: 8 });
  t.same(recognised(clicks).filter(Boolean).length, 4);
  const home = login?.tried.at(-1)?.instance;
  for (const { recognised, tried, durationMs, asksStore, affinity } of clicks) {
    t.match(tried, [{ instance: /^instance-[12]$/ }]);
    t.equal(recognised, tried[0]?.instance === home);
    t.ok(durationMs > 0 && !asksStore && affinity === 'none → none');
  }
  await page.until(({ samples }) => samples.some(({ strategies }) => strategies[0]?.predictedRatio === 0.5));
  await page.until(({ parts }) =>
    parts.some(({ name, holds, sessions }) => name === home && holds.length === 1 && sessions.memory === 1),
  );
  const [agent] = page.state?.agents ?? [];
  t.match(agent, {
    id: 'user1-memory',
    signedInAt: home,
    credential: { header: /^cookie: authscale_memory=/, expiresAtMs: null },
  });
  const foreign = await fetch(`${balancerUrl}/jwt/me`);
  const instance = foreign.headers.get(HEADERS.instance);
  await page.until(({ requests }) =>
    requests.some(
      ({ agent, strategy, tried }) => agent === null && strategy === 'jwt' && tried[0]?.instance === instance,
    ),
  );
});

t.test('a route is changed for all, and back at the reset', async (t) => {
  await done({ do: 'route', strategy: 'memory', policy: 'round-robin', affinity: 'inserted-cookie' });
  await done({ do: 'sign-in', strategy: 'memory', count: 1 });
  t.same(recognised(await done({ do: 'click', times: 4 })), [true, true, true, true]);
  t.match(await page.act({ do: 'route', strategy: 'memory', policy: 'fastest', affinity: 'none' }), {
    status: 409,
    message: /round-robin/,
  });
  await done({ do: 'reset' });
  await page.until(
    ({ routes, agents }) =>
      agents.length === 0 &&
      routes.every(({ strategy, affinity }) => (affinity === 'none') === (strategy !== 'sticky')),
  );
});

t.test("a thief's copy of a token outlives the logout", async (t) => {
  await done({ do: 'sign-in', strategy: 'jwt', count: 1 });
  await done({ do: 'steal', agent: 'user1-jwt' });
  await done({ do: 'sign-out', agent: 'user1-jwt' });
  const thief = ['user1-jwt-thief'];
  t.same(recognised(await done({ do: 'click', agents: thief, times: 2 })), [true, true]);
  t.match(page.state?.agents.find(({ isThief }) => isThief)?.credential?.decoded, { payload: { sub: /./ } });
  t.equal((await page.act({ do: 'steal', agent: 'user1-jwt' })).status, 409);
});

t.test(
  'what is killed by order stays dead, its users are lost, and two who act at once are served in turn',
  async (t) => {
    const signIns = await done({ do: 'sign-in', strategy: 'sticky', count: 2 });
    const victim = signIns[0]?.tried[0]?.instance ?? '';
    await done({ do: 'part', part: victim, act: 'kill' });
    await page.until((state) => statesOf(state)[victim] === 'down');
    t.same(
      new Set(recognised(await done({ do: 'click', agents: ['user1-sticky', 'user2-sticky'], times: 1 }))),
      new Set([false, true]),
    );
    t.match(await page.act({ do: 'part', part: victim, act: 'freeze' }), {
      status: 409,
      message: /which is down; what can: revive/,
    });
    const both = await Promise.all([
      page.act({ do: 'part', part: victim, act: 'revive' }),
      page.act({ do: 'part', part: victim, act: 'revive' }),
    ]);
    t.same(both.map(({ status }) => status).sort(), [200, 409]);
    await page.until((state) => statesOf(state)[victim] === 'up');
  },
);

t.test(
  'without Redis its users fail, tokens go on; the reset mends it',
  { skip: !hasRedis && 'no Redis' },
  async (t) => {
    await done({ do: 'sign-in', strategy: 'redis', count: 1 });
    await done({ do: 'part', part: 'redis', act: 'stop' });
    const [redis, jwt] = await done({ do: 'click', agents: ['user1-redis', 'user1-jwt-thief'], times: 1 });
    t.match(redis, { status: 503, recognised: null, asksStore: true });
    t.match(jwt, { status: 200, recognised: true });
    await done({ do: 'add-instance' });
    await page.until((state) => statesOf(state)['instance-3'] === 'up');
    await done({ do: 'reset' });
    await page.until(({ parts }) => parts.every(({ state }) => state === 'up'));
    t.same(Object.keys(statesOf(page.state as ConsoleState)), [
      'instance-1',
      'instance-2',
      'balancer',
      'redis',
      'database',
    ]);
    t.equal((await done({ do: 'sign-in', strategy: 'redis', count: 1 })).length, 1);
  },
);

t.test('each instance is replaced, and the balancer, too', async (t) => {
  await done({ do: 'sign-in', strategy: 'memory', count: 1 });
  await done({ do: 'sign-in', strategy: 'jwt', count: 1 });
  await done({ do: 'rolling-deploy' });
  t.same(new Set(recognised(await done({ do: 'click', agents: ['user1-memory'], times: 2 }))), new Set([false]));
  await done({ do: 'part', part: 'balancer', act: 'restart' });
  await page.until((state) => statesOf(state).balancer === 'up');
  t.same(recognised(await done({ do: 'click', agents: ['user1-jwt'], times: 2 })), [true, true]);
});

t.test('no secret of the cluster has ever reached the page', async (t) => {
  const folder = dirname(dirname(tokenFile));
  const secrets = readdirSync(folder).flatMap((reader) =>
    readdirSync(join(folder, reader))
      .filter((file) => file !== SECRET_FILES.demoPassword)
      .map((file) => readFileSync(join(folder, reader, file), 'utf8').trim()),
  );
  t.ok(secrets.length > 8 && page.received.length > 10_000);
  for (const secret of secrets) {
    const { k, d, x } = secret.startsWith('{') ? (JSON.parse(secret) as Record<string, string>) : {};
    for (const text of [secret, k, d, x]) if (text) t.notOk(page.received.includes(text));
  }
});
