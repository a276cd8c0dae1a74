/** `scripts/setup.mjs` alone, with an npm of the test's own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';

/** Takes its time to end, as the real one does while it writes. */
const NPM = `#!${process.execPath}
const { writeFileSync } = require('fs');
process.once('SIGINT', () => setTimeout(() => { writeFileSync('ended', ''); process.exit(1); }, 200));
setInterval(() => {}, 1000);
writeFileSync('started', '');
`;

t.test('interrupted while packages are installed, set-up ends after npm has', async (t) => {
  const root = t.testdir({
    'package.json': '{"engines":{"node":">=18.0"}}',
    'package-lock.json': '{}',
    bin: { npm: NPM },
  });
  mkdirSync(join(root, 'scripts'));
  copyFileSync('scripts/setup.mjs', join(root, 'scripts', 'setup.mjs'));
  chmodSync(join(root, 'bin', 'npm'), 0o755);
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs')], {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = once(child, 'close');
  while (!existsSync(join(root, 'started')) && child.exitCode === null) await setTimeout(20);
  child.kill('SIGINT');
  t.equal((await ended)[0], 130);
  t.ok(existsSync(join(root, 'ended')), 'nothing writes any more');
  t.equal(said, 'setup: installing packages (npm ci)\nsetup: interrupted. Nothing was started.\n');
});
