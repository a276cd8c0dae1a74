/** The Compose path for real: what `npm run test:compose` runs. Apart from the suite, because it needs a Docker engine. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import type { Cluster } from '../bench/cluster/cluster.js';
import { startComposeCluster } from '../bench/cluster/compose.js';
import { Docker } from '../bench/cluster/docker.js';
import { findFreePorts } from '../bench/cluster/ports.js';
import { statsBetween, workBetween } from '../bench/cluster/tiers.js';
import { readEnvironment } from '../bench/config.js';
import type { Act, ConsoleState } from '../services/console/contract.js';
import { TestPage } from '../services/console/testing/console-client.js';
import {
  DEFAULT_STRATEGIES,
  HEADERS,
  type LoginReply,
  ROUTES,
  SECRET_READERS,
  type StrategyName,
} from '../services/contract.js';

const LANES = 4;

const environment = readEnvironment();
const missing = await new Docker(environment.all).requireEngine().catch((error: Error) => error.message);
if (missing !== undefined) {
  t.plan(0, missing);
  process.exit();
}
t.setTimeout(420_000);
const cluster: Cluster = await startComposeCluster({ strategies: DEFAULT_STRATEGIES, instances: 4, environment });
t.teardown(() => cluster.stop());

/** Headers of a user who has signed in with the demo password. */
async function signIn(strategy: StrategyName): Promise<Record<string, string>> {
  const response = await fetch(`${cluster.url}/${strategy}${ROUTES.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'user1', password: cluster.demoPassword }),
  });
  const { token } = (await response.json()) as LoginReply;
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  return {
    cookie: response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  };
}

interface Answers {
  readonly statuses: readonly (number | string)[];
  readonly instances: ReadonlySet<string | null>;
}

/** Asks again and again on several lanes until `goesOn` says no. A request without an answer counts with its error. */
async function ask(strategy: StrategyName, headers: Record<string, string>, goesOn: () => boolean): Promise<Answers> {
  const statuses: (number | string)[] = [];
  const instances = new Set<string | null>();
  const lane = async () => {
    while (goesOn()) {
      try {
        const response = await fetch(`${cluster.url}/${strategy}${ROUTES.me}`, { headers });
        await response.arrayBuffer();
        statuses.push(response.status);
        instances.add(response.headers.get(HEADERS.instance));
      } catch (error) {
        statuses.push(`${(error as Error).cause ?? error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { statuses, instances };
}

function askTimes(strategy: StrategyName, headers: Record<string, string>, times: number): Promise<Answers> {
  let left = times;
  return ask(strategy, headers, () => left-- > 0);
}

async function askWhile(
  strategy: StrategyName,
  headers: Record<string, string>,
  work: Promise<void>,
): Promise<Answers> {
  let isDone = false;
  const [answers] = await Promise.all([
    ask(strategy, headers, () => !isDone),
    work.finally(() => {
      isDone = true;
    }),
  ]);
  return answers;
}

function countBy(values: readonly (number | string)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

t.test('every strategy signs in; memory alone forgets the user in three of four requests', async (t) => {
  for (const strategy of DEFAULT_STRATEGIES) {
    const { statuses } = await askTimes(strategy, await signIn(strategy), 40);
    t.same(countBy(statuses), strategy === 'memory' ? { 200: 10, 401: 30 } : { 200: 40 }, strategy);
  }
});

t.test('sticky requests stay with one instance, the others reach all', async (t) => {
  t.equal((await askTimes('sticky', await signIn('sticky'), 20)).instances.size, 1);
  t.equal((await askTimes('jwt', await signIn('jwt'), 20)).instances.size, 4);
});

const containerOf = (service: string) => `authscale-bench-${process.pid}-${service}-1`;
const FIND_SECRETS = 'find /secrets /all-secrets -type f 2>/dev/null; true';
const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();

t.test('each container can read its own secrets and no others', async (t) => {
  for (const service of ['app', 'balancer', 'database'] as const) {
    const found = docker('exec', containerOf(service), 'sh', '-c', FIND_SECRETS);
    t.same(found.split('\n').sort(), SECRET_READERS[service].map((file) => `/secrets/${file}`).sort(), service);
  }
});

t.test("the balancer's health check passes the door of its admin listener", async (t) => {
  const health = () => docker('inspect', '--format', '{{.State.Health.Status}}', containerOf('balancer'));
  while (health() !== 'healthy') await setTimeout(100);
  t.pass();
});

t.test('counters of every tier tell what requests did', async (t) => {
  const headers = await signIn('redis');
  const [before, counted] = [await cluster.readTiers(), await cluster.readStats()];
  await askTimes('redis', headers, 20);
  const work = workBetween(before, await cluster.readTiers());
  t.match(work, { instanceRequests: 20, balancerRequests: 20 });
  t.equal(statsBetween(counted, await cluster.readStats()).storeTrips('redis'), 20);
  t.ok(work.instanceCpuMicros > 0 && work.balancerCpuMicros > 0 && work.storeCpuMicros > 0);
});

t.test('scaling to 6 fails no request, and all 6 serve', async (t) => {
  const headers = await signIn('jwt');
  const { statuses } = await askWhile('jwt', headers, cluster.scaleTo(6));
  t.same(Object.keys(countBy(statuses)), ['200']);
  t.equal((await askTimes('jwt', headers, 30)).instances.size, 6);
  const instances = [1, 2, 3, 4, 5, 6].map((number) => `instance-${number}`);
  t.same(cluster.partNames(), [...instances, 'balancer', 'redis', 'database']);
});

t.test('a killed instance costs no GET its answer, and serves again after its restart', async (t) => {
  const headers = await signIn('jwt');
  const { statuses } = await askWhile('jwt', headers, cluster.kill('instance-2'));
  const afterwards = await askTimes('jwt', headers, 200);
  t.same(Object.keys(countBy([...statuses, ...afterwards.statuses])), ['200']);
  await cluster.restart('instance-2');
  t.equal((await askTimes('jwt', headers, 30)).instances.size, 6);
});

t.test('without Redis its strategy answers 503 and the others go on; it recovers without a restart', async (t) => {
  const [redis, jwt] = [await signIn('redis'), await signIn('jwt')];
  await cluster.kill('redis');
  t.same(countBy((await askTimes('redis', redis, 12)).statuses), { 503: 12 });
  t.same(countBy((await askTimes('jwt', jwt, 12)).statuses), { 200: 12 });
  await cluster.restart('redis');
  let statuses: Answers['statuses'] = [503];
  while (statuses.includes(503)) ({ statuses } = await askTimes('redis', redis, 12));
  t.same(countBy(statuses), { 401: 12 }, 'the restarted store has forgotten the session');
  t.same(countBy((await askTimes('redis', await signIn('redis'), 12)).statuses), { 200: 12 });
});

t.test('on its page containers are killed and frozen by themselves, and come back', async (t) => {
  const [port = 0] = await findFreePorts(1);
  const settings = { ...process.env, CONSOLE_PORT: `${port}`, DEMO_PASSWORD: cluster.demoPassword };
  const project = ['compose', '--project-name', `authscale-bench-${process.pid}`];
  const up = [...project, 'up', '--detach', '--no-deps', '--no-build', '--scale', 'console=1', 'console'];
  execFileSync('docker', up, { env: settings, stdio: 'ignore' });
  let link: RegExpExecArray | null = null;
  while (link === null) link = /(http:\S+)\/#token=(\S+)/.exec(docker(...project, 'logs', 'console'));
  const [, url = '', token = ''] = link;
  while ((await fetch(url).catch(() => null))?.ok !== true) await setTimeout(100);
  const page = new TestPage(url, token);
  await page.watch();
  const stateOf = (name: string, state: ConsoleState) => state.parts.find((part) => part.name === name)?.state;
  const act = async (act: Act) => {
    const { status, message, requests = [] } = await page.act(act);
    t.equal(status, 200, `${JSON.stringify(act)} ${message ?? ''}`);
    return requests;
  };
  const [login] = await act({ do: 'sign-in', strategy: 'memory', count: 1 });
  t.equal(
    (await act({ do: 'click', times: 12 })).filter(({ recognised }) => recognised).length,
    12 / cluster.instances,
  );
  const home = login?.tried[0]?.instance ?? '';
  await act({ do: 'part', part: home, act: 'kill' });
  await page.until(({ agents, parts }) => agents.length === 1 && parts.every(({ holds }) => holds.length === 0));
  await page.until((state) => stateOf(home, state) === 'up');
  await act({ do: 'sign-in', strategy: 'redis', count: 1 });
  await act({ do: 'part', part: 'redis', act: 'freeze' });
  t.match(await act({ do: 'click', agents: ['user1-redis'], times: 1 }), [{ status: 503 }]);
  t.match(await page.act({ do: 'part', part: 'redis', act: 'stop' }), { status: 409 });
  await act({ do: 'reset' });
  await act({ do: 'rolling-deploy' });
  page.leave();
  docker('rm', '--force', containerOf('console'));
});

t.test('a frozen instance is left out until it is thawed', async (t) => {
  const headers = await signIn('jwt');
  const count = async () => (await askTimes('jwt', headers, 30)).instances.size;
  await cluster.freeze('instance-1');
  while ((await count()) !== 5);
  await cluster.thaw('instance-1');
  while ((await count()) !== 6);
  t.pass();
});

t.test('scaling from 6 to 2 fails no request, and the balancer knows none but those that are left', async (t) => {
  const headers = await signIn('jwt');
  const { statuses } = await askWhile('jwt', headers, cluster.scaleTo(2));
  t.same(Object.keys(countBy(statuses)), ['200']);
  t.equal((await askTimes('jwt', headers, 20)).instances.size, 2);
  t.equal((await cluster.readTiers()).instances.length, 2);
});

/** Ids of what exists of the cluster that a process has started. */
function leftBy(pid: number | undefined): string {
  const filter = ['--quiet', '--filter', `name=authscale-bench-${pid}`];
  const kinds = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ];
  return kinds.map((kind) => execFileSync('docker', [...kind, ...filter], { encoding: 'utf8' })).join('');
}

t.test(
  'an instance with settings of its own runs beside the cluster, and no request of others reaches it',
  async (t) => {
    if (cluster.noAsides !== undefined) {
      t.pass(cluster.noAsides);
      return;
    }
    const aside = await cluster.startAside('instance', { INSTANCE_ID: 'beside', STRATEGIES: 'jwt' });
    const reply = await fetch(`${aside.url}/jwt${ROUTES.me}`);
    t.equal(reply.headers.get(HEADERS.instance), 'beside');
    t.ok((await aside.readCpuMicros()) > 0);
    t.equal((await fetch(`${cluster.straightUrl}/jwt${ROUTES.me}`)).status, 401, 'the first instance is in reach, too');
    t.notOk((await askTimes('jwt', await signIn('jwt'), 20)).instances.has('beside'));
    t.equal((await cluster.readTiers()).instances.length, 2);
    await cluster.restore();
    await t.rejects(fetch(aside.url), 'it ends when the cluster is mended');
    await t.rejects(cluster.startAside('instance', { STRATEGIES: 'none such' }), { code: 'PART_FAILED' });
  },
);

t.test('stopped, nothing is left of it', async (t) => {
  await Promise.all([cluster.stop(), cluster.stop()]);
  t.equal(leftBy(process.pid), '');
});

t.test('nothing is left either when the driver is killed while the cluster starts', async (t) => {
  const compose = new URL('../bench/cluster/compose.js', import.meta.url);
  const driver = `
    const { startComposeCluster } = await import('${compose}');
    await startComposeCluster({ strategies: ['jwt'], instances: 2, environment: { all: process.env } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', driver], { stdio: 'inherit' });
  while (leftBy(child.pid) === '') await setTimeout(100);
  child.kill('SIGKILL');
  await once(child, 'exit');
  while (leftBy(child.pid) !== '') await setTimeout(100);
  t.pass();
});
