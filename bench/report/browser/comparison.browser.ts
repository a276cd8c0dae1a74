import t from 'tap';
import { compareRuns } from '../../results/comparison.js';
import { type SampleOptions, sampleResults } from '../../testing/sample-results.js';
import { TRUTH } from '../../testing/truth.js';
import { buildComparison } from '../comparison-view.js';
import { renderComparisonPage } from '../html/comparison.js';
import { findBarriers } from './axe.fixture.js';
import { openPage, overflowOf, startBrowser, unfoldAll, WIDTHS } from './chromium.fixture.js';

const sample = (options: SampleOptions) => sampleResults({ claims: ['mismatch', 'token-bytes'], ...options });
/** In the second run Redis sessions cost the instance half as much again. */
const instanceMicros = { ...TRUTH.instanceMicros, redis: 1.5 * (TRUTH.instanceMicros.redis ?? 0) };
const view = buildComparison(compareRuns(sample({}), sample({ seed: 8, truth: { instanceMicros } })));
const markup = renderComparisonPage(view);

const browser = await startBrowser();

t.test('A comparison is as wide as its window, folded or unfolded.', async (t) => {
  const page = await openPage(t, { browser, markup });
  for (const state of ['folded', 'unfolded']) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      t.equal(await overflowOf(page), 0, `${width} px, ${state}`);
    }
    await unfoldAll(page);
  }
});

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`Nothing bars anybody from a ${colorScheme} comparison.`, async (t) => {
    const page = await openPage(t, { browser, markup, colorScheme, bypassCSP: true });
    await unfoldAll(page);
    t.same(await findBarriers(page), []);
  });
}

t.test('Both runs of each number that changed are drawn.', async (t) => {
  const page = await openPage(t, { browser, markup });
  const panels = view.sections.flatMap(({ claims }) => claims.flatMap((claim) => claim.panels));
  t.ok(panels.length > 0);
  for (const run of ['A', 'B']) {
    const drawn = page.locator('figure svg').getByText(run, { exact: true });
    t.equal(await drawn.count(), panels.length, run);
    t.ok(await drawn.first().isVisible());
  }
});

t.test('A comparison asks for nothing and nothing on it goes wrong.', async (t) => {
  const page = await openPage(t, { browser, markup });
  const noticed: string[] = [];
  page.on('request', (request) => noticed.push(request.url()));
  page.on('console', (message) => noticed.push(message.text()));
  await page.reload();
  t.same(noticed, [page.url()]);
});
