import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Results } from './contract.js';
import { sampleResults } from './report/results.fixture.js';
import { formatResults } from './results/format.js';
import { readResults } from './results/store.js';
import { requireAlike, resumeBench } from './resume.js';

/** A run that was asked for one experiment and measured it. */
function measured(): Results {
  const sample = sampleResults();
  const experiments = sample.experiments.filter(({ id }) => id === 'mismatch');
  return { ...sample, run: { ...sample.run, command: 'npm run bench -- --experiments mismatch' }, experiments };
}

/** Nothing here may start a cluster. */
async function resume(folder: string) {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream;
  const environment = { PATH: '', all: {} };
  const { signal } = new AbortController();
  const outcome = await resumeBench(folder, { environment, command: '', stream, now: () => 0, signal });
  return { ...outcome, said: said.join('') };
}

t.test('a complete run lacks nothing, and stays as it is', async (t) => {
  const text = formatResults(measured());
  const folder = t.testdir({ 'results.json': text });
  const { said, results } = await resume(folder);
  t.match(said, /^Nothing is missing in .*\.\n$/);
  t.same(results, measured());
  t.equal(readFileSync(join(folder, 'results.json'), 'utf8'), text);
});

t.test('a run that lacks only its end is concluded without measuring', async (t) => {
  const text = formatResults(measured());
  const folder = t.testdir({ 'results.json': text.slice(0, text.indexOf('"claims"') + 40) });
  const { said, results } = await resume(folder);
  t.match(said, /was cut off\. .*\(cells: 12\).*\nNothing is missing/);
  t.match(results.run, { status: 'complete', finishedAt: '1970-01-01T00:00:00.000Z' });
  t.notOk('resumedAt' in results.run);
  t.equal(results.claims.find(({ id }) => id === 'mismatch')?.verdict, 'holds');
  t.same(readResults(folder), results);
  t.match(readFileSync(join(folder, 'report.md'), 'utf8'), /holds/);
});

t.test('a file whose command is none that a run writes is not resumed', async (t) => {
  const withCommand = (command: string) =>
    t.testdir({ 'results.json': formatResults({ ...measured(), run: { ...measured().run, command } }) });
  await t.rejects(resume(withCommand('rm -rf /')), { code: 'BAD_OPTION', message: /its command is "rm -rf \/"\.$/ });
  await t.rejects(resume(withCommand('npm run bench -- --resume x')), {
    code: 'BAD_OPTION',
    message: /cannot be resumed/,
  });
  await t.rejects(resume(withCommand('npm run bench -- --fast')), { code: 'BAD_OPTION', message: /--fast/ });
});

t.test('a run goes on only where all that the numbers depend on is as it was', async (t) => {
  const { context } = sampleResults();
  requireAlike('a', context, structuredClone(context));
  const other = {
    ...context,
    redis: null,
    cores: 64,
    versions: { ...context.versions, fastify: '6.0.0' },
    load: { ...context.load, users: 7 },
    settings: { JWT_ALGORITHM: 'ES256' },
  };
  t.throws(() => requireAlike('a', context, other), {
    code: 'RUNS_UNLIKE',
    message:
      /^a cannot be resumed: cores was \d+ and is 64, redis was .* and is none, fastify was .* and is 6\.0\.0, users was 200 and is 7, JWT_ALGORITHM was none and is ES256\.$/,
  });
});
