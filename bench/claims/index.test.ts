import t from 'tap';
import type { Cell, ExperimentResult } from '../contract.js';
import { CLAIMS, judgeAll } from './index.js';

const ratio = (value: number, halfWidth = 0.02) => ({
  value,
  low: value - halfWidth,
  high: value + halfWidth,
  n: 400,
  unit: 'ratio',
});

function cell(strategy: string, instances: number, metric: string, value: number, ok = true): Cell {
  return {
    factors: { strategy, instances },
    metrics: { [metric]: ratio(value) },
    checks: [{ name: 'statuses', ok, detail: '' }],
  };
}

function verdicts(id: string, cells: Cell[], status: ExperimentResult['status'] = 'measured') {
  const experiment: ExperimentResult = { id, question: '', status, cells };
  return Object.fromEntries(judgeAll([experiment]).map((claim) => [claim.id, claim]));
}

const memory = [1, 2, 4].map((n) => cell('memory', n, 'successRatio', 1 / n));
const mended = ['sticky', 'redis', 'jwt'].flatMap((name) => [1, 2, 4].map((n) => cell(name, n, 'successRatio', 1)));

t.test('every claim has a verdict, also when nothing was measured', async (t) => {
  const claims = judgeAll([]);
  t.same(
    claims.map(({ id }) => id),
    CLAIMS.map(({ id }) => id),
  );
  for (const { verdict, because } of claims) {
    t.equal(verdict, 'not measured');
    t.match(because, /was not part of the run/);
  }
});

t.test('mismatch holds when every interval contains 1/n', async (t) => {
  const { mismatch } = verdicts('mismatch', [...memory, ...mended]);
  t.equal(mismatch?.verdict, 'holds');
  t.equal(mismatch?.evidence.length, 3);
});

t.test('mismatch fails when one interval misses 1/n, and names it', async (t) => {
  const { mismatch } = verdicts('mismatch', [...memory.slice(0, 2), cell('memory', 4, 'successRatio', 0.3)]);
  t.equal(mismatch?.verdict, 'fails');
  t.match(mismatch?.because, /n = 4/);
});

t.test('one instance alone decides nothing', async (t) => {
  t.equal(verdicts('mismatch', memory.slice(0, 1)).mismatch?.verdict, 'not measured');
});

t.test('a cell that fails a check takes no part', async (t) => {
  const wrong = cell('memory', 4, 'successRatio', 0.9, false);
  const { mismatch } = verdicts('mismatch', [...memory.slice(0, 2), wrong]);
  t.equal(mismatch?.verdict, 'holds');
  t.equal(mismatch?.evidence.length, 2);
});

t.test('a control takes no part', async (t) => {
  const again = cell('memory', 4, 'successRatio', 0.9);
  again.factors.control = true;
  t.equal(verdicts('mismatch', [...memory, again]).mismatch?.evidence.length, 3);
});

t.test('an experiment that failed gives no verdict', async (t) => {
  t.equal(verdicts('mismatch', memory, 'failed').mismatch?.verdict, 'not measured');
});

t.test('mismatch-mended holds when all remedies are whole, depends when some are, fails when none is', async (t) => {
  const name = 'mismatch-mended';
  t.equal(verdicts('mismatch', mended)[name]?.verdict, 'holds');
  const one = mended.map((one) => (one.factors.strategy === 'sticky' ? cell('sticky', 2, 'successRatio', 0.99) : one));
  t.equal(verdicts('mismatch', one)[name]?.verdict, 'depends');
  t.match(verdicts('mismatch', one)[name]?.because, /sticky/);
  const all = mended.map((one) => cell(`${one.factors.strategy}`, 2, 'successRatio', 0.5));
  t.equal(verdicts('mismatch', all)[name]?.verdict, 'fails');
});

t.test('mismatch-mended is not measured where a remedy is missing, and names it', async (t) => {
  const withoutRedis = mended.filter(({ factors }) => factors.strategy !== 'redis');
  const claim = verdicts('mismatch', withoutRedis)['mismatch-mended'];
  t.equal(claim?.verdict, 'not measured');
  t.match(claim?.because, /redis/);
});

t.test('relogin-storm follows (n−1)/n', async (t) => {
  const storm = [1, 2, 4].map((n) => cell('memory', n, 'loginsPerPageView', (n - 1) / n));
  t.equal(verdicts('relogin-storm', storm)['relogin-storm']?.verdict, 'holds');
  const calm = [1, 2, 4].map((n) => cell('memory', n, 'loginsPerPageView', 0.1));
  t.equal(verdicts('relogin-storm', calm)['relogin-storm']?.verdict, 'fails');
});

t.test('token-bytes compares the token with every session', async (t) => {
  const sized = (strategy: string, bytes: number) => cell(strategy, 1, 'requestBytes', bytes);
  const bigger = [sized('jwt', 520), sized('memory', 220), sized('redis', 219)];
  t.equal(verdicts('request-cost', bigger)['token-bytes']?.verdict, 'holds');
  t.equal(verdicts('request-cost', [sized('jwt', 200), sized('memory', 220)])['token-bytes']?.verdict, 'fails');
  t.equal(verdicts('request-cost', [sized('jwt', 520)])['token-bytes']?.verdict, 'not measured');
});
