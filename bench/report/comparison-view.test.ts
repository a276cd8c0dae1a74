import t from 'tap';
import { compareRuns } from '../results/comparison.js';
import { sampleResults } from '../testing/sample-results.js';
import { TRUTH } from '../testing/truth.js';
import { parseComparisonOptions } from './comparison-options.js';
import { buildComparison } from './comparison-view.js';
import { hostile } from './edge-cases.fixture.js';
import { renderComparisonPage } from './html/comparison.js';
import { tagsOf, textOf, unbalanced } from './page.fixture.js';

const SAMPLE = sampleResults({ claims: ['mismatch', 'token-bytes'] });

function with300(): ReturnType<typeof sampleResults> {
  const requestBytes = { ...TRUTH.requestBytes, jwt: 700 };
  return sampleResults({ claims: ['mismatch', 'token-bytes'], seed: 8, truth: { requestBytes } });
}

t.test('Every number is in one of three sections, and what changed is drawn with both runs.', async (t) => {
  const comparison = compareRuns(SAMPLE, with300());
  const view = buildComparison(comparison);
  t.same(
    view.sections.map(({ id }) => id),
    ['changed', 'machine', 'same'],
  );
  const rows = view.sections.flatMap(({ claims }) => claims.flatMap((claim) => claim.rows));
  t.equal(rows.length, comparison.numbers.length);
  const [changed, , same] = view.sections;
  t.match(changed?.title, /^Changed: \d+ numbers?$/);
  for (const { rows, panels } of changed?.claims ?? []) {
    t.equal(panels.length, rows.length);
    for (const panel of panels) {
      t.same(
        panel.rows.map(({ label }) => label),
        ['A', 'B'],
      );
    }
  }
  t.ok(same?.claims.every(({ panels }) => panels.length === 0));
  t.match(view.title, /^\d+ numbers and 0 verdicts changed beyond noise$/);
});

t.test('Two runs that are alike give a page that says so.', async (t) => {
  const page = renderComparisonPage(buildComparison(compareRuns(SAMPLE, SAMPLE)));
  t.match(textOf(page), /Nothing changed beyond noise/);
  t.match(textOf(page), /Changed: 0 numbers/);
});

t.test('The page is whole, runs nothing and shows foreign strings as text.', async (t) => {
  const page = renderComparisonPage(buildComparison(compareRuns(hostile(), hostile())));
  const tags = tagsOf(page);
  t.same(unbalanced(tags), []);
  t.notOk(tags.some(({ name }) => name === 'script' || name === 'img'));
  t.notOk(/NaN|undefined|Infinity/.test(page));
});

t.test('Options are two folders, a page and whether to fail.', async (t) => {
  t.match(parseComparisonOptions(['a', 'b']), { before: 'a', after: 'b', failOnChange: false });
  t.match(parseComparisonOptions(['--page', 'x.html', 'a', 'b', '--fail-on-change']), {
    page: 'x.html',
    failOnChange: true,
  });
  t.throws(() => parseComparisonOptions(['a']), { code: 'BAD_OPTION', message: /usage: npm run compare -- A B/ });
  t.throws(() => parseComparisonOptions(['a', 'b', 'c']), { code: 'BAD_OPTION' });
  t.throws(() => parseComparisonOptions(['a', 'b', '--what']), { code: 'BAD_OPTION' });
});
