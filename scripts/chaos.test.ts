import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';

const CHEAP = { PASSWORD_MEMORY_KIB: '64', PASSWORD_TIME_COST: '1' };

function start(args: readonly string[], folder: string) {
  const child = spawn(process.execPath, ['dist/scripts/chaos.js', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...CHEAP, TMPDIR: folder },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  return { child, said, ended: once(child, 'close').then(([status]) => status as number | null) };
}

// Short freezes: after a long one the balancer holds as many idle connections as waited, for as long as instances keep them.
t.test('under load parts are broken one after the other, and every rule is kept', async (t) => {
  const folder = t.testdir();
  const { said, ended } = start(['--minutes', '0.25', '--freeze-seconds', '0.4', '--seed', '1'], folder);
  t.equal(await ended, 0, said.out + said.err);
  const lines = said.out.trim().split('\n');
  for (const line of lines) t.comment(line);
  t.match(lines[0], /^Seed 1: 0\.25 min, 4 instances, 200 requests\/s\.$/);
  t.match(lines.at(-1), /^Sums: .* GETs with tokens, 0 failed, .*; every rule kept$/);
  while (existsSync(folder) && readdirSync(folder).length > 0) await setTimeout(20);
});

t.test('Ctrl-C ends it, with what was counted, and leaves nothing', async (t) => {
  const folder = t.testdir();
  const { child, said, ended } = start(['--seed', '1'], folder);
  while (readdirSync(folder).length === 0) await setTimeout(20);
  child.kill('SIGINT');
  t.equal(await ended, 130);
  t.equal(said.err.trim().split('\n').length, 1, said.err);
  while (readdirSync(folder).length > 0) await setTimeout(20);
});

t.test('a bad option is one line that names it, and help is no mistake', async (t) => {
  const folder = t.testdir();
  const bad = [
    ['--minutes', 'x'],
    ['--minutes', '0'],
    ['--seed', '-1'],
    ['--freeze-seconds', '61'],
    ['--speed', '1'],
  ];
  for (const args of bad) {
    const { said, ended } = start(args, folder);
    t.equal(await ended, 2);
    t.match(said.err, args[0]);
    t.equal(said.err.trim().split('\n').length, 1, said.err);
  }
  const { said, ended } = start(['--help'], folder);
  t.equal(await ended, 0);
  t.match(said.out, /npm run chaos.*--minutes.*--seed.*--freeze-seconds/s);
});
