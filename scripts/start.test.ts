/** `npm start` with real processes: what dies comes back, and Ctrl-C leaves nothing. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import type { BalancerSnapshot } from '../balancer/contract.js';
import { SEED } from '../services/contract.js';

if (!existsSync('/proc/self/environ')) {
  t.plan(0, 'nothing here tells which processes there are');
  process.exit();
}

const ANY_PORTS = { port: 0, adminPort: 0, consolePort: 0 };
const CHEAP = { PASSWORD_MEMORY_KIB: '64', PASSWORD_TIME_COST: '1' };

interface Started {
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  said(): string;
}

/** `folder` is where it keeps its files. */
function start(folder: string, ports: Partial<typeof ANY_PORTS> = {}, env: NodeJS.ProcessEnv = {}): Started {
  const { port, adminPort, consolePort } = { ...ANY_PORTS, ...ports };
  const given = ['--port', `${port}`, '--admin-port', `${adminPort}`, '--console-port', `${consolePort}`];
  const args = ['--instances', '2', ...given];
  const child = spawn(process.execPath, ['dist/scripts/start.js', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...CHEAP, ...env, TMPDIR: folder },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said += text;
    });
  }
  return { child, said: () => said };
}

/** By the very command that is printed. */
function snapshotAsPrinted({ said }: Started, env: NodeJS.ProcessEnv = {}): BalancerSnapshot {
  const [, command = ''] = /^admin +(curl .*)$/m.exec(said()) ?? [];
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return JSON.parse(execFileSync('sh', ['-c', `${command} --silent --fail`], options)) as BalancerSnapshot;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(20);
}

/** Of this command and all that it has started: the environment by process id. */
function processesOf(folder: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    const environment = readEnvironmentOf(pid);
    if (environment.includes(`TMPDIR=${folder}\0`)) found.set(pid, environment);
  }
  return found;
}

/** Empty where it has ended. */
function readEnvironmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

async function endOf({ child }: Started): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

t.test('a part that dies is named, comes back on its port, and the cluster serves again', async (t) => {
  const folder = t.testdir();
  const started = start(folder);
  t.teardown(() => started.child.kill('SIGKILL'));
  await until(() => started.said().includes('Ctrl-C'));
  const [, url = ''] = /^balancer +(http:\S+)/m.exec(started.said()) ?? [];
  const snapshot = () => snapshotAsPrinted(started);
  const [, password = ''] = /, password (\S+)$/m.exec(started.said()) ?? [];
  const signIn = async () => {
    const body = JSON.stringify({ username: `${SEED.userPrefix}1`, password });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${url}/jwt/login`, { method: 'POST', headers, body }).catch(() => null);
    return reply?.status === 200;
  };
  const [, tokenFile = ''] = /\$\(cat (\S+)\)/.exec(started.said()) ?? [];
  t.equal(statSync(tokenFile).mode & 0o777, 0o600, 'the token is in a file for its user alone');
  t.notMatch(started.said(), readFileSync(tokenFile, 'utf8').trim());
  const before = snapshot();
  const [instance = 0] = [...processesOf(folder)].find(([, text]) => text.includes('INSTANCE_ID=instance-2\0')) ?? [];

  process.kill(instance, 'SIGKILL');
  await until(() => started.said().includes('instance-2 runs again.'));
  t.match(
    started.said(),
    /^instance-2 was ended by SIGKILL; it starts again in 0\.25 s\. Sessions in its memory are lost\.$/m,
  );
  await until(() => snapshot().upstreams.every(({ state }) => state === 'up'));
  t.same(
    snapshot().upstreams.map(({ id }) => id),
    before.upstreams.map(({ id }) => id),
    'where it was',
  );

  process.kill(before.pid, 'SIGKILL');
  await until(() => started.said().includes('balancer runs again.'));
  t.match(started.said(), /^balancer was ended by SIGKILL; it starts again in 0\.25 s\.$/m);
  await until(() => snapshot().upstreams.every(({ state }) => state === 'up'));
  t.same(
    snapshot().upstreams.map(({ url }) => url),
    before.upstreams.map(({ url }) => url),
    'it has been told its upstreams',
  );
  t.not(snapshot().pid, before.pid);

  const [, page = '', token = ''] = /(http:\S+)\/#token=(\S+)/.exec(started.said()) ?? [];
  const [consolePid = 0] = [...processesOf(folder)].find(([, text]) => text.includes('\0BALANCER_URL=')) ?? [];
  process.kill(consolePid, 'SIGKILL');
  await until(() => started.said().includes('console runs again.'));
  const order = JSON.stringify({ do: 'part', part: 'instance-1', act: 'restart' });
  const headers = { 'content-type': 'application/json', 'x-console-token': token };
  const ordered = await fetch(`${page}/acts`, { method: 'POST', headers, body: order });
  t.equal(ordered.status, 200, 'the link is good still, and orders reach who started the cluster');
  t.ok(await signIn());

  // Two at once are one: npm passes on what the terminal sends as well.
  started.child.kill('SIGINT');
  started.child.kill('SIGINT');
  t.equal(await endOf(started), 0);
  await until(() => processesOf(folder).size === 0 && readdirSync(folder).length === 0);
  t.equal(started.said().match(/starts again/g)?.length, 3, 'what was stopped is not started again');
});

t.test('Ctrl-C during the start ends it, whenever it comes, and a second one is harmless', async (t) => {
  // From the first process to the last.
  for (const count of [2, 4, 6]) {
    const folder = t.testdir();
    const started = start(folder);
    await until(() => processesOf(folder).size >= count || started.said().includes('Ctrl-C'));
    started.child.kill('SIGINT');
    started.child.kill('SIGINT');
    const status = await endOf(started);
    t.equal(status, started.said().includes('Ctrl-C') ? 0 : 130);
    if (status === 130) t.match(started.said(), /^Starting .*\nInterrupted before the cluster had started\.\n$/);
    await until(() => processesOf(folder).size === 0);
    await until(() => readdirSync(folder).length === 0);
    t.pass(`nothing is left of ${count} processes`);
  }
});

t.test('killed, it leaves no process behind; a given token is taken, and never shown', async (t) => {
  const folder = t.testdir();
  const env = { ADMIN_TOKEN: 'a token of my own' };
  const started = start(folder, ANY_PORTS, env);
  await until(() => started.said().includes('Ctrl-C'));
  t.equal(snapshotAsPrinted(started, env).upstreams.length, 2);
  t.notMatch(started.said(), env.ADMIN_TOKEN);
  t.match(started.said(), '# with ADMIN_TOKEN as you gave it', 'another terminal does not have it');
  started.child.kill('SIGKILL');
  await until(() => processesOf(folder).size === 0 && readdirSync(folder).length === 0);
});

t.test('a port in use, or given twice, is one line and exit code 2 before anything is started', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const folder = t.testdir();
  const advice = 'Choose another with npm start -- --port N --admin-port M --console-port K.';
  const inUse = `Port ${port} is in use. Is another cluster running? ${advice}\n`;
  const cases = [
    { ports: { port, adminPort: 0 }, message: inUse },
    { ports: { port: 0, adminPort: port }, message: inUse },
    { ports: { consolePort: port }, message: inUse },
    { ports: { port, adminPort: port }, message: `--port and --admin-port are both ${port}: they must differ.\n` },
  ];
  for (const { ports, message } of cases) {
    const started = start(folder, ports);
    t.equal(await endOf(started), 2);
    t.equal(started.said(), message);
    t.same(readdirSync(folder), []);
  }
  await until(() => processesOf(folder).size === 0);
});
