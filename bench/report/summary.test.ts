import t from 'tap';
import { Value } from 'typebox/value';
import { type JudgedEstimate, judgeAll } from '../claims/judge.js';
import { Summary } from '../contract.js';
import { sampleResults } from '../testing/sample-results.js';
import { inWords } from '../words/numbers.js';
import { cleanResults, factorsInWords } from '../words/text.js';
import { failing, interrupted, neverMended, unplanned } from './edge-cases.fixture.js';
import { renderHtml } from './html/page.js';
import { buildSummary, finiteEstimates } from './summary.js';
import { buildView } from './view.js';

const results = cleanResults(sampleResults());
const judgements = judgeAll(results);

t.test('A summary fits its schema, of whole runs and of broken ones.', async (t) => {
  const broken = [interrupted(), unplanned(), failing()].map((one) => buildSummary(one, judgeAll(one)));
  for (const summary of [buildSummary(results, judgements), ...broken]) {
    t.same([...Value.Errors(Summary, JSON.parse(JSON.stringify(summary)))], []);
    t.equal(summary.claims.length, judgements.length);
  }
  t.same(
    broken.map(({ run }) => run.status),
    ['interrupted', 'interrupted', 'complete'],
  );
});

t.test('Every number on the page is in the summary.', async (t) => {
  const { claims } = buildSummary(results, judgements);
  const known = new Set(
    claims.flatMap(({ id, estimates }) =>
      estimates.map((one) => `${id}: ${factorsInWords(one.factors)}: ${inWords(one)}`),
    ),
  );
  const shown = buildView(results, judgements).claims.flatMap(({ id, rows }) =>
    rows.map(({ place, value }) => `${id}: ${place}: ${value}`),
  );
  t.ok(shown.length > 100);
  t.same(
    shown.filter((one) => !known.has(one)),
    [],
  );
});

t.test('A number that was cut off is a bound wherever it is shown.', async (t) => {
  const unmended = cleanResults(sampleResults({ change: neverMended }));
  const judged = judgeAll(unmended);
  const summary = buildSummary(unmended, judged);
  t.same([...Value.Errors(Summary, JSON.parse(JSON.stringify(summary)))], []);
  const bounds = summary.claims.flatMap(({ estimates }) =>
    estimates.filter(({ bound, metric }) => bound && metric === 'failingMs'),
  );
  t.match(bounds, [{ bound: 'at least' }]);
  const view = buildView(unmended, judged);
  const words = inWords(bounds[0] as (typeof bounds)[number]);
  t.match(words, /^at least /);
  t.ok(renderHtml(view).includes(words));
});

t.test('Checks are counted over all rounds, and one that failed is named with where.', async (t) => {
  const broken = failing();
  const { checks } = buildSummary(broken, []);
  const all = broken.rounds.flatMap((round) => round.checks).length;
  t.equal(checks.passed + checks.failed.length, all);
  t.match(checks.failed[0], {
    name: 'answers add up',
    factors: { protocol: 'visits', sweep: 0 },
    detail: '3 are missing',
  });
});

t.test('What is no number is left out.', async (t) => {
  const one = judgements[0]?.estimates[0] as JudgedEstimate;
  const infinite = { ...one, high: Number.POSITIVE_INFINITY };
  const unpredicted = { ...one, predicted: Number.NaN, agrees: 'open' as const };
  const [kept, ...more] = finiteEstimates([infinite, { ...one, value: Number.NaN }, unpredicted]);
  t.same(more, []);
  t.notOk(kept && ('predicted' in kept || 'agrees' in kept));
});
