import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Cell, Context, Run } from '../contract.js';
import { ResultStore, readResults } from './store.js';

const run: Omit<Run, 'status' | 'finishedAt'> = {
  id: 'a',
  startedAt: '2026-11-20T00:00:00.000Z',
  command: 'npm run bench',
  seed: 1,
  profile: 'quick',
};
const context: Context = {
  cpuModel: 'x',
  cores: 2,
  memoryBytes: 1,
  os: 'x',
  node: 'x',
  redis: null,
  postgres: null,
  commit: null,
  versions: {},
  cluster: 'local',
  cpuQuota: null,
  load: {},
};
const cell: Cell = {
  factors: { strategy: 'jwt' },
  metrics: { successRatio: { value: 1, low: 1, high: 1, n: 10, unit: 'ratio' } },
  checks: [],
};

t.test('a run that is cut off keeps its cells and says that it was interrupted', async (t) => {
  const folder = t.testdir();
  const store = ResultStore.create(folder, run, context);
  store.begin({ id: 'mismatch', question: 'How often?' });
  store.addCell(cell);
  const { run: read, experiments } = readResults(folder);
  t.equal(read.status, 'interrupted');
  t.same(experiments[0]?.cells, [cell]);
  t.equal(experiments[0]?.status, 'failed');
});

t.test('a finished run is complete, and what was written is what is read', async (t) => {
  const folder = t.testdir();
  const store = ResultStore.create(folder, run, context);
  store.begin({ id: 'mismatch', question: 'How often?' });
  store.addCell(cell);
  store.end('measured');
  store.finish('complete', '2026-11-20T00:01:00.000Z', []);
  t.same(readResults(join(folder, 'results.json')), store.results);
  t.equal(readResults(folder).run.status, 'complete');
});

t.test('the results of another run are never overwritten', async (t) => {
  const folder = t.testdir();
  ResultStore.create(folder, run, context);
  const before = readFileSync(join(folder, 'results.json'), 'utf8');
  t.throws(() => ResultStore.create(folder, { ...run, id: 'b' }, context), { code: 'RESULTS_EXIST' });
  t.equal(readFileSync(join(folder, 'results.json'), 'utf8'), before);
});

t.test('a number without its interval cannot be written', async (t) => {
  const store = ResultStore.create(t.testdir(), run, context);
  store.begin({ id: 'mismatch', question: 'How often?' });
  const naked = { ...cell, metrics: { successRatio: { value: 1 } } } as unknown as Cell;
  t.throws(() => store.addCell(naked), /successRatio/);
});

t.test('what is no results file is one clear line', async (t) => {
  const folder = t.testdir({
    'foreign.json': '{"name":"x"}',
    'cut.json': '{"schema":"authscale/resu',
    'text.json': 'hello',
  });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ schema: 'authscale/results/1', run }));
  const cases = {
    'foreign.json': /foreign\.json: schema is undefined, not "authscale\/results\/1"/,
    'cut.json': /cut\.json is not JSON/,
    'text.json': /text\.json is not JSON/,
    'wrong.json': /wrong\.json does not fit/,
    empty: /cannot be read/,
    missing: /cannot be read/,
  };
  for (const [name, message] of Object.entries(cases)) {
    t.throws(() => readResults(join(folder, name)), { code: 'RESULTS_UNREADABLE', message });
  }
});

t.test('a run that goes on keeps what it has, in its order, and adds what is missing', async (t) => {
  const folder = t.testdir();
  const earlier = ResultStore.create(folder, run, context);
  for (const id of ['mismatch', 'request-cost']) {
    earlier.begin({ id, question: 'How often?' });
    earlier.addCell(cell);
  }
  const left = readResults(folder);

  const store = ResultStore.reopen(folder, left);
  t.same(store.begin({ id: 'mismatch', question: 'How often?' }, true), [cell]);
  store.addCell({ ...cell, factors: { strategy: 'redis' } });
  t.equal(readResults(folder).run.status, 'interrupted');
  store.end('measured');
  t.same(store.begin({ id: 'request-cost', question: 'How often?' }), [], 'cells that belong together begin anew');
  store.end('measured');
  store.finish('complete', '2026-11-20T00:01:00.000Z', []);
  const { run: told, experiments } = readResults(folder);
  t.match(told, { id: 'a', status: 'complete' });
  t.match(experiments, [
    {
      id: 'mismatch',
      status: 'measured',
      cells: [{ factors: { strategy: 'jwt' } }, { factors: { strategy: 'redis' } }],
    },
    { id: 'request-cost', status: 'measured', cells: { length: 0 } },
  ]);
  t.equal(left.run.status, 'interrupted', 'what was read is not changed');
});
