import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Part, type PartSpec } from './part.js';
import type { Reaper } from './reaper.js';

const noReaper: Reaper = { tell: () => {}, dismiss: () => {} };

function part(script: string, ready: PartSpec['ready'] = 'ipc'): Part {
  return new Part({ name: 'part', command: process.execPath, args: ['-e', script], env: process.env, ready }, noReaper);
}

const SERVING = `process.send({ listening: { url: 'http://127.0.0.1:1', opsUrl: 'http://127.0.0.1:2' } }); setInterval(() => {}, 1e6);`;

async function untilGone(pid: number): Promise<void> {
  const alive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (alive()) await new Promise((resolve) => setTimeout(resolve, 10));
}

t.test('a part has started when it says where it listens', async (t) => {
  const started = await part(SERVING).start();
  t.same(started.addresses, { url: 'http://127.0.0.1:1', opsUrl: 'http://127.0.0.1:2' });
  await started.stop();
  t.notOk(started.running);
});

t.test('a part that ends instead is an error with its last line', async (t) => {
  const failing = part(`console.error('PORT: "x" is not a port.'); process.exit(2)`);
  await t.rejects(failing.start(), { code: 'PART_FAILED', message: 'part ended with 2: PORT: "x" is not a port.' });
});

t.test('a command that cannot be run is an error, too', async (t) => {
  const missing = new Part({ name: 'part', command: '/no/such/file', args: [], env: {}, ready: 'ipc' }, noReaper);
  await t.rejects(missing.start(), { code: 'PART_FAILED', message: /ENOENT/ });
});

t.test('a one-shot part has started when it has ended well', async (t) => {
  await part('process.exit(0)', 'exit').start();
  await t.rejects(part('process.exit(1)', 'exit').start(), { code: 'PART_FAILED' });
});

t.test('a part that does not heed SIGTERM is killed, and so is a frozen one', async (t) => {
  const stubborn = await part(`process.on('SIGTERM', () => {}); ${SERVING}`).start();
  const frozen = await part(SERVING).start();
  frozen.signal('SIGSTOP');
  await Promise.all([stubborn.stop(), frozen.stop()]);
  t.notOk(stubborn.running || frozen.running);
});

t.test('a part that ends unasked keeps how until it starts again; one that was ended keeps nothing', async (t) => {
  const dying = await part(SERVING).start();
  process.kill(dying.pid ?? 0, 'SIGKILL');
  while (dying.running) await setImmediate();
  t.equal(dying.death, 'was ended by SIGKILL');
  await dying.start();
  t.equal(dying.death, undefined);
  await dying.kill();
  t.equal(dying.death, undefined);
});

t.test('a killed part starts again', async (t) => {
  const once = await part(SERVING).start();
  await once.kill();
  t.notOk(once.running);
  await once.start();
  t.ok(once.running);
  await once.stop();
});

t.test(
  'when the driver is killed, the reaper ends what it watches, also what is frozen, runs its command and deletes the folder',
  async (t) => {
    const testdir = t.testdir({ cluster: { secret: 'x' } });
    const folder = join(testdir, 'cluster');
    const witness = join(testdir, 'witness');
    const command = [process.execPath, '-e', `fs.writeFileSync(${JSON.stringify(witness)}, '')`];
    const watched = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { detached: true, stdio: 'ignore' });
    watched.unref();
    const pid = watched.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const reaper = fileURLToPath(new URL('reaper.js', import.meta.url));
    const driver = `
    const { startReaper } = await import(${JSON.stringify(reaper)});
    const reaper = await startReaper();
    reaper.tell({ watch: ${pid} });
    reaper.tell({ folder: ${JSON.stringify(folder)}, command: ${JSON.stringify(command)} });
    process.stdout.write('ready');
    setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', driver], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await untilGone(pid);
    t.pass('the watched process is gone');
    while (existsSync(folder)) await new Promise((resolve) => setTimeout(resolve, 10));
    t.pass('the folder is gone');
    t.ok(existsSync(witness), 'the command has run');
  },
);
