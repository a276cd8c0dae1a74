import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { Supervisor } from './supervisor.js';

/** A part whose deaths are made up. */
function createPart(name: string) {
  const spec = { name, command: '', args: [], env: {}, ready: 'ipc' as const };
  return {
    spec,
    onDeath: undefined as ((how: string) => void) | undefined,
    death: undefined as string | undefined,
  };
}

t.test('what dies is named with what is lost, started again, and told to run', async (t) => {
  const lines: string[] = [];
  const started: string[] = [];
  const part = createPart('redis');
  await new Promise<void>((resolve) => {
    const supervisor = new Supervisor({
      tell: (line) => {
        lines.push(line);
        if (line.endsWith('again.')) resolve();
      },
      startAgain: async (name) => void started.push(name),
      now: () => 0,
      wait: async () => {},
    });
    supervisor.watch(part, 'Sessions in it are lost.');
    part.onDeath?.('was ended by SIGKILL');
  });
  t.same(lines, [
    'redis was ended by SIGKILL; it starts again in 0.25 s. Sessions in it are lost.',
    'redis runs again.',
  ]);
  t.same(started, ['redis']);
});

t.test('each try waits longer, a second death too, until it has run for a while', async (t) => {
  const lines: string[] = [];
  let failures = 2;
  let nowMs = 0;
  let resolve = () => {};
  const part = createPart('balancer');
  const supervisor = new Supervisor({
    tell: (line) => {
      lines.push(line);
      if (line.endsWith('again.')) resolve();
    },
    startAgain: async () => {
      if (failures-- > 0) throw new Error('PORT is in use');
    },
    now: () => nowMs,
    wait: async () => {},
  });
  supervisor.watch(part, '');
  const dieAndRunAgain = () =>
    new Promise<void>((done) => {
      resolve = done;
      part.onDeath?.('ended with 1');
    });
  await dieAndRunAgain();
  t.same(lines, [
    'balancer ended with 1; it starts again in 0.25 s.',
    'balancer does not start (PORT is in use); it starts again in 0.5 s.',
    'balancer does not start (PORT is in use); it starts again in 1 s.',
    'balancer runs again.',
  ]);
  nowMs = 9_999;
  await dieAndRunAgain();
  t.equal(lines.at(-2), 'balancer ended with 1; it starts again in 2 s.');
  nowMs += 10_000;
  await dieAndRunAgain();
  t.equal(lines.at(-2), 'balancer ended with 1; it starts again in 0.25 s.');
});

t.test('what dies in the steps after its start is mended by the same tries, one at a time', async (t) => {
  const lines: string[] = [];
  const part = createPart('database');
  let starts = 0;
  let underWay = 0;
  await new Promise<void>((resolve) => {
    const supervisor = new Supervisor({
      tell: (line) => {
        lines.push(line);
        if (line.endsWith('again.')) resolve();
      },
      startAgain: async () => {
        t.equal(++underWay, 1);
        if (++starts <= 2) part.onDeath?.('was ended by SIGKILL');
        await setImmediate();
        underWay--;
        if (starts === 1) throw new Error('seed ended with 1');
      },
      now: () => 0,
      wait: async () => {},
    });
    supervisor.watch(part, '');
    part.onDeath?.('ended with 1');
  });
  await setImmediate();
  t.same(lines, [
    'database ended with 1; it starts again in 0.25 s.',
    'database does not start (seed ended with 1); it starts again in 0.5 s.',
    'database was ended by SIGKILL; it starts again in 1 s.',
    'database runs again.',
  ]);
});

t.test('what has died before it is watched is started again, too', async (t) => {
  const part = createPart('redis');
  part.death = 'was ended by SIGKILL';
  const started = await new Promise<string>((resolve) => {
    const startAgain = async (name: string) => resolve(name);
    new Supervisor({ tell: () => {}, startAgain, now: () => 0, wait: async () => {} }).watch(part, '');
  });
  t.equal(started, 'redis');
});

t.test('once closed it starts nothing', async (t) => {
  const lines: string[] = [];
  const part = createPart('database');
  const supervisor = new Supervisor({
    tell: (line) => lines.push(line),
    startAgain: async () => void t.fail('started'),
    now: () => 0,
    wait: (_, signal) => once(signal, 'abort').then(() => signal.throwIfAborted()),
  });
  supervisor.watch(part, '');
  part.onDeath?.('ended with 1');
  supervisor.close();
  part.onDeath?.('ended with 1');
  t.equal(lines.length, 1, 'nothing is told after it either');
});
