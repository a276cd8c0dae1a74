import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pMap from 'p-map';
import t from 'tap';
import type { Summary } from '../bench/contract.js';
import { readResults } from '../bench/results/log.js';
import { sampleResults } from '../bench/testing/sample-results.js';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Clusters keep their files here. */
const scratch = t.testdir();

/** Runs a compiled command to its end, which is Ctrl-C as soon as `isEnough` holds. */
async function run(script: string, args: string[], isEnough?: () => boolean, env = {}) {
  const child = spawn(process.execPath, [`dist/scripts/${script}.js`, ...args], {
    env: { ...process.env, TMPDIR: scratch, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const impatience = setInterval(() => {
    if (stderr === '' || !isEnough?.()) return;
    clearInterval(impatience);
    child.kill('SIGINT');
  }, 10);
  const [status] = await once(child, 'close');
  clearInterval(impatience);
  return { status, stdout, stderr } as Ended;
}

const SMALL = ['--claims', 'mismatch', '--strategies', 'memory', '--instances', '2', '--minutes', '0.3', '--seed', '1'];
const FILES = ['report.html', 'report.md', 'results.jsonl', 'summary.json'];
const silent = () => {};

/** Sessions in memory that are found at every instance. */
const FOUND_EVERYWHERE = { recognised: () => 1 };

function readSummary(folder: string): Summary {
  return JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary;
}

t.test('a run ends with verdicts and a report, and is never overwritten', async (t) => {
  const out = join(t.testdir(), 'run');
  const { status, stdout, stderr } = await run('bench', [...SMALL, '--out', out]);
  t.equal(status, 0, stderr);
  t.match(stderr, /visits: memory, n = 2 \(\d+ %, about \d:\d\d left\)/, 'plain lines where there is no terminal');
  t.match(stdout, /^✓ mismatch +Requests recognised/m);
  t.match(stdout, `${out}/report.html`);
  t.ok(
    stdout.split('\n').every((line) => line.length <= 80 || line.startsWith('Report: ')),
    'fits 80 columns',
  );
  t.same(readdirSync(out).sort(), ['charts', ...FILES]);
  const results = readResults(out, silent);
  t.match(results.run, { seed: 1, minutes: 0.3, command: /^npm run bench -- --claims mismatch/ });
  t.match(results.end, { status: 'complete' });
  t.match(results.events.at(-1), { name: 'measured' });
  const { claims, checks } = readSummary(out);
  t.equal(claims.length, 42, 'every claim of the ledger');
  t.match(claims[0], { id: 'mismatch', verdict: 'true', estimates: [{ metric: 'recognisedRatio', decided: true }] });
  t.match(claims[1], { id: 'mismatch-mended', verdict: 'not measured', because: 'it was not chosen' });
  t.same(checks.failed, []);

  const before = readFileSync(join(out, 'results.jsonl'), 'utf8');
  const again = await run('bench', [...SMALL, '--out', out]);
  t.match(again, { status: 2, stderr: /^.*results\.jsonl exists.*Nothing was overwritten\.\n$/ });
  t.equal(readFileSync(join(out, 'results.jsonl'), 'utf8'), before);

  const html = readFileSync(join(out, 'report.html'), 'utf8');
  const rendered = await run('report', [out]);
  t.match(rendered, { status: 0, stdout: /^✓ mismatch +Requests recognised/m });
  t.equal(readFileSync(join(out, 'report.html'), 'utf8'), html, 'the same rounds, the same page');
  const compared = await run('compare', [out, out]);
  t.match(compared, { status: 0, stdout: /^Nothing changed/, stderr: '' });
});

t.test('a comparison ends with 1 where something changed, if that is asked for', async (t) => {
  const folder = t.testdir({ before: {}, after: {} });
  const runs = {
    before: sampleResults({ claims: ['mismatch'] }),
    after: sampleResults({ claims: ['mismatch'], seed: 8, truth: FOUND_EVERYWHERE }),
  };
  for (const [name, { run, context, plan, calibrations, rounds, events, end }] of Object.entries(runs)) {
    const records = [run, context, plan, ...calibrations, ...rounds, ...events, end];
    writeFileSync(join(folder, name, 'results.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  const page = join(folder, 'compared.html');
  t.match(await run('compare', [before, after]), { status: 0, stderr: '' });
  t.match(await run('compare', [before, after, '--fail-on-change', '--page', page]), { status: 1, stderr: '' });
  t.match(readFileSync(page, 'utf8'), /<h1>\d+ numbers? and 1 verdict changed beyond noise<\/h1>/);
  t.match(await run('compare', [before, before, '--fail-on-change']), { status: 0, stdout: /^Nothing changed/ });
});

t.test('Ctrl-C keeps the rounds so far; a run that goes on keeps them, and measures the rest', async (t) => {
  const out = join(t.testdir(), 'a run');
  const file = join(out, 'results.jsonl');
  const { status, stderr, stdout } = await run('bench', [...SMALL, '--out', out], () => {
    return existsSync(file) && readFileSync(file, 'utf8').split('"kind":"round"').length > 2;
  });
  t.equal(status, 130, stderr);
  const interrupted = readResults(out, silent);
  t.match(interrupted.end, { status: 'interrupted' });
  t.ok(interrupted.rounds.length > 0);
  t.same(readdirSync(out).sort(), FILES, 'the report says what there is');
  t.match(stdout, `npm run bench -- --resume '${out}'`);

  truncateSync(file, statSync(file).size - 20);
  const resumed = await run('bench', ['--resume', out, '--fail-on', 'false']);
  t.equal(resumed.status, 0, resumed.stderr);
  const whole = readResults(out, silent);
  t.match(whole.end, { status: 'complete' });
  t.same(whole.rounds.slice(0, interrupted.rounds.length), interrupted.rounds, 'what was measured stays');
  const sweeps = whole.rounds.map(({ factors, sweep }) => `${factors.instances} ${sweep}`);
  t.equal(new Set(sweeps).size, sweeps.length, 'no round is there twice');
  t.match(readSummary(out).claims[0], { id: 'mismatch', verdict: 'true' });
});

t.test('Ctrl-C before anything was measured leaves nothing', async (t) => {
  const out = join(t.testdir(), 'run');
  const { status } = await run('bench', [...SMALL, '--out', out], () => true);
  t.equal(status, 130);
  t.notOk(existsSync(out));
});

t.test('what cannot be measured is told with its reason, and can be made to fail a build', async (t) => {
  const out = join(t.testdir({ path: {} }), 'run');
  // A path at which there is no Redis.
  const PATH = join(out, '..', 'path');
  for (const program of ['sh', 'rmdir', 'sleep']) symlinkSync(`/bin/${program}`, join(PATH, program));
  const without = ['--claims', 'mismatch-mended', '--instances', '2', '--minutes', '0.3', '--out', out];
  const failing = [...without, '--fail-on', 'not measured'];
  const { status, stdout, stderr } = await run('bench', failing, undefined, { PATH });
  t.equal(status, 1, stderr);
  t.match(stdout.replace(/\s+/g, ' '), /mismatch-mended: no Redis server: install redis-server/);
  const list = await run('bench', ['--list', '--minutes', '1'], undefined, { PATH });
  t.match(list, { status: 0, stdout: /^store-dies +–.*\n +no Redis server/m });
});

/** As the first version wrote it. */
const OLD_RUN = { 'results.json': '{"schema":"authscale/results/1",\n"run":{"id":"x"}}\n' };

const foldersOf = (root: string) => ({ foreign: join(root, 'foreign'), old: join(root, 'old') });

t.test('mistakes are one line and exit code 2', async (t) => {
  const { foreign, old } = foldersOf(t.testdir({ foreign: { 'results.jsonl': '{"name":"x"}\n' }, old: OLD_RUN }));
  const cases: [string, string[], Record<string, string>, RegExp][] = [
    ['bench', ['--strategies', 'cookie'], {}, /"cookie".*memory/],
    ['bench', ['--resume', foreign], {}, /results\.jsonl/],
    ['bench', ['--resume', old], {}, /authscale\/results\/1/],
    ['bench', ['--resume', 'nosuch'], {}, /^nosuch cannot be read/],
    ['bench', [...SMALL, '--out', 'README.md'], {}, /^--out: README\.md is not a folder\.$/],
    ['bench', ['--claims', 'all'], {}, /"all".*mismatch/],
    ['bench', ['--claims', 'xss'], {}, /"xss" is not built yet/],
    ['bench', ['--minutes', '0'], {}, /"0" is not a number of minutes above 0/],
    ['bench', ['--fail-on', 'true'], {}, /"true".*inconclusive/],
    ['bench', ['--experiments', 'mismatch'], {}, /unknown option '--experiments'/],
    ['bench', SMALL, { REDIS_URL: 'localhost' }, /^REDIS_URL: "localhost" is not a URL like redis:/],
    ['bench', SMALL, { REDIS_URL: 'redis://127.0.0.1:1' }, /REDIS_URL: "redis:\/\/127.0.0.1:1" does not answer/],
    ['bench', SMALL, { DATABASE_URL: 'mysql://x' }, /^DATABASE_URL: /],
    ['bench', SMALL, { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x', DATABASE_WAIT_SECONDS: '0' }, /127\.0\.0\.1:1/],
    ['bench', SMALL, { BALANCER_TRANSPORT: 'pigeon' }, /BALANCER_TRANSPORT.*pigeon.*undici/],
    ['bench', SMALL, { JWT_ALGORITHM: 'none' }, /JWT_ALGORITHM.*none.*HS256/],
    ['compare', [foreign], {}, /usage: npm run compare -- A B/],
    ['report', [], {}, /usage: npm run report -- DIR/],
    ['report', [foreign], {}, /results\.jsonl/],
    ['report', [old], {}, /authscale\/results\/1/],
    ['report', [join(foreign, 'missing')], {}, /cannot be read/],
    ['compare', [old, old], {}, /authscale\/results\/1/],
    ['start', ['--port', 'x'], {}, /"x" is not a whole number/],
  ];
  const tried = await pMap(cases, ([script, args, env]) => run(script, args, undefined, env), { concurrency: 4 });
  for (const [at, [script, args, env, message]] of cases.entries()) {
    const { status, stderr, stdout } = tried[at] ?? { status: -1, stderr: '', stdout: '' };
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
