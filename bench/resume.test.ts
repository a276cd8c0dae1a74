import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { ContextRecord, ResultRecord, Results } from './contract.js';
import { requireAlike, resumeBench } from './resume.js';
import { sampleResults } from './testing/sample-results.js';

/** The records of a run in the order in which it writes them. */
function linesOf({ run, context, plan, rounds, events, end }: Results): string {
  const records: (ResultRecord | null)[] = [run, context, plan, ...rounds.slice(0, 5), ...events, end];
  return records.flatMap((record) => (record ? [`${JSON.stringify(record)}\n`] : [])).join('');
}

const sample = sampleResults();

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
  const text = linesOf(sample);
  const folder = t.testdir({ 'results.jsonl': text });
  const { said, results } = await resume(folder);
  t.match(said, /^Nothing is missing in .*\.\n$/);
  t.match(results.end, { status: 'complete' });
  t.equal(readFileSync(join(folder, 'results.jsonl'), 'utf8'), text);
});

t.test('a run that lacks only its end gets that, without measuring', async (t) => {
  const text = linesOf({ ...sample, end: null });
  const folder = t.testdir({ 'results.jsonl': text });
  const { said, results } = await resume(folder);
  t.match(said, /Nothing is missing/);
  t.match(results.end, { status: 'complete', finishedAt: '1970-01-01T00:00:00.000Z' });
  t.ok(readFileSync(join(folder, 'results.jsonl'), 'utf8').startsWith(text), 'nothing was written anew');
});

t.test('a folder that does not exist is named as it was given', async (t) => {
  await t.rejects(resume('/nonexistent'), { code: 'RESULTS_UNREADABLE', message: /^\/nonexistent cannot be read/ });
});

t.test('a file whose command is none that a run writes is not resumed', async (t) => {
  const withCommand = (command: string) =>
    t.testdir({ 'results.jsonl': linesOf({ ...sample, run: { ...sample.run, command } }) });
  await t.rejects(resume(withCommand('rm -rf /')), { code: 'BAD_OPTION', message: /its command is "rm -rf \/"\.$/ });
  await t.rejects(resume(withCommand('npm run bench -- --resume x')), {
    code: 'BAD_OPTION',
    message: /cannot be resumed/,
  });
  await t.rejects(resume(withCommand('npm run bench -- --fast')), { code: 'BAD_OPTION', message: /--fast/ });
});

t.test('a run goes on only where all that the numbers depend on is as it was', async (t) => {
  const context = sample.context as ContextRecord;
  requireAlike('a', context, structuredClone(context));
  const other: ContextRecord = {
    ...context,
    redis: null,
    cores: 64,
    versions: { ...context.versions, fastify: '6.0.0' },
    settings: { JWT_ALGORITHM: 'ES256' },
  };
  t.throws(() => requireAlike('a', context, other), {
    code: 'RUNS_UNLIKE',
    message:
      /^a cannot be resumed: cores was \d+ and is 64, redis was .* and is none, .*JWT_ALGORITHM was .* and is ES256/,
  });
});
