import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readResults } from '../bench/results/store.js';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Clusters keep their files here. */
const scratch = t.testdir();

/** Runs a compiled command to its end; `onStderr` may act while it runs. */
async function run(
  script: string,
  args: string[],
  onStderr: (text: string, kill: () => void) => void = () => {},
  env = {},
) {
  const child = spawn(process.execPath, [`dist/scripts/${script}.js`, ...args], {
    env: { ...process.env, TMPDIR: scratch, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
    onStderr(stderr, () => child.kill('SIGINT'));
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr } as Ended;
}

const SMALL = ['--experiments', 'mismatch', '--strategies', 'memory,jwt', '--instances', '2'];

t.test('a run ends with verdicts and a report, and is never overwritten', async (t) => {
  const out = join(t.testdir(), 'run');
  const { status, stdout, stderr } = await run('bench', [...SMALL, '--out', out]);
  t.equal(status, 0, stderr);
  t.match(stderr, /mismatch: jwt, n = 2 \(\d+ %, about \d:\d\d left\)/, 'plain lines where there is no terminal');
  t.match(stdout, /holds/);
  t.match(stdout, `${out}/report.html`);
  const { run: told, experiments, claims } = readResults(out);
  t.match(told, { status: 'complete', seed: 1, profile: 'quick', command: /^npm run bench -- --experiments mismatch/ });
  t.match(experiments, [{ id: 'mismatch', status: 'measured', cells: [{}, {}] }]);
  t.equal(claims.find(({ id }) => id === 'mismatch')?.verdict, 'holds');
  t.match(readFileSync(join(out, 'report.md'), 'utf8'), /1\/n/);

  const before = readFileSync(join(out, 'results.json'), 'utf8');
  const again = await run('bench', [...SMALL, '--out', out]);
  t.match(again, { status: 2, stderr: /^.*results\.json exists.*Nothing was overwritten\.\n$/ });
  t.equal(readFileSync(join(out, 'results.json'), 'utf8'), before);

  const rendered = await run('report', [out]);
  t.match(rendered, { status: 0, stdout: /holds/ });
  const compared = await run('compare', [out, out]);
  t.match(compared, { status: 0, stdout: /^Nothing changed beyond noise: 2 numbers compared\.\n$/, stderr: '' });
});

t.test('Ctrl-C keeps the results so far, marked interrupted, and a resumed run measures only the rest', async (t) => {
  const out = join(t.testdir(), 'a run');
  const { status, stderr, stdout } = await run('bench', [...SMALL, '--out', out], (text, kill) => {
    if (text.includes('mismatch: jwt')) kill();
  });
  t.equal(status, 130, stderr);
  const { run: told, experiments } = readResults(out);
  t.equal(told.status, 'interrupted');
  t.match(experiments, [{ status: 'failed', reason: 'interrupted', cells: [{ factors: { strategy: 'memory' } }] }]);
  t.ok(existsSync(join(out, 'report.html')));
  t.match(stdout, `npm run bench -- --resume '${out}'`);

  const file = join(out, 'results.json');
  truncateSync(file, statSync(file).size - 60);
  const resumed = await run('bench', ['--resume', out]);
  t.equal(resumed.status, 0, resumed.stderr);
  t.match(resumed.stderr, /was cut off\. What is whole was kept \(cells: 1\)/);
  t.notMatch(resumed.stderr, /mismatch: memory/);
  const whole = readResults(out);
  t.match(whole.run, { ...told, status: 'complete', finishedAt: String, resumedAt: String });
  t.same(whole.experiments[0]?.cells[0], experiments[0]?.cells[0], 'what was measured stays');
  t.match(whole.experiments, [{ status: 'measured', cells: { length: 2 } }]);
  t.equal(whole.claims.find(({ id }) => id === 'mismatch')?.verdict, 'holds');
});

t.test('Ctrl-C before anything was measured leaves nothing', async (t) => {
  const out = join(t.testdir(), 'run');
  const { status } = await run('bench', [...SMALL, '--out', out], (_, kill) => kill());
  t.equal(status, 130);
  t.notOk(existsSync(out));
});

t.test('mistakes are one line and exit code 2', async (t) => {
  const foreign = t.testdir({ 'results.json': '{"name":"x"}' });
  const cases: [string, string[], Record<string, string>, RegExp][] = [
    ['bench', ['--strategies', 'cookie'], {}, /"cookie".*memory/],
    ['bench', ['--resume', foreign], {}, /results\.json: schema is undefined/],
    ['bench', ['--experiments', 'all'], {}, /"all".*mismatch/],
    ['bench', SMALL, { REDIS_URL: 'localhost' }, /^REDIS_URL: "localhost" is not a URL like redis:/],
    ['bench', SMALL, { REDIS_URL: 'redis://127.0.0.1:1' }, /REDIS_URL: "redis:\/\/127.0.0.1:1" does not answer/],
    ['bench', SMALL, { DATABASE_URL: 'mysql://x' }, /^DATABASE_URL: /],
    ['bench', SMALL, { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x', DATABASE_WAIT_SECONDS: '0' }, /127\.0\.0\.1:1/],
    ['bench', SMALL, { BALANCER_TRANSPORT: 'pigeon' }, /BALANCER_TRANSPORT.*pigeon.*undici/],
    ['bench', SMALL, { JWT_ALGORITHM: 'none' }, /JWT_ALGORITHM.*none.*HS256/],
    ['compare', [foreign], {}, /usage: npm run compare -- A B/],
    ['report', [], {}, /usage: npm run report -- DIR/],
    ['report', [foreign], {}, /results\.json: schema is undefined/],
    ['report', [join(foreign, 'missing')], {}, /cannot be read/],
    ['start', ['--port', 'x'], {}, /"x" is not a whole number/],
  ];
  for (const [script, args, env, message] of cases) {
    const { status, stderr, stdout } = await run(script, args, undefined, env);
    const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('starting the cluster'));
    t.equal(status, 2, `${script} ${args.join(' ')} ${JSON.stringify(env)}: ${stderr}`);
    t.match(said.at(-1), message);
    t.equal(said.length, 1, stderr);
    t.equal(stdout, '');
  }
});

t.test('no folder of a cluster is left behind', async (t) => {
  while (readdirSync(scratch).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  t.pass();
});
