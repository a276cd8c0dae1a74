import type { Locator } from 'playwright-core';
import t from 'tap';
import { DEFAULT_STRATEGIES } from '../../../services/contract.js';
import { findUnreadable } from './chart-texts.fixture.js';
import { LAPTOP, openPage, overflowOf, PHONE, startBrowser, unfoldAll, WIDTHS } from './chromium.fixture.js';
import { otherPages, SAMPLE, VIEW } from './pages.fixture.js';

/** Of a laptop, as opened. */
const MOST_SCREENS = 12;
const MOST_SHEETS = 25;
/** Of A4 within its margins, in px. */
const SHEET = { width: 673, height: 1000 };

const browser = await startBrowser();

/** Where the lowest of them ends, in px from the top of the page. */
function endOf(locator: Locator): Promise<number> {
  return locator.evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().bottom)));
}

t.test('A laptop shows who stays signed in, what breaks and every claim without scrolling.', async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE });
  for (const part of ['h1', '.matrix', '.breaks', '.reach svg', '.ledger .chip']) {
    const end = await endOf(page.locator(part));
    t.ok(end > 0 && end <= LAPTOP.height, `${part} ends at ${end} px`);
  }
  const height = await page.locator(':root').evaluate((root) => root.scrollHeight);
  t.ok(height <= MOST_SCREENS * LAPTOP.height, `the page is ${height} px high`);
});

t.test('Two screens of a phone show the strategies that are compared.', async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE, viewport: PHONE });
  for (const strategy of DEFAULT_STRATEGIES) {
    const card = page.getByRole('rowheader', { name: new RegExp(`^${strategy} `) }).locator('xpath=..');
    const end = await endOf(card);
    t.ok(end > 0 && end <= 2 * PHONE.height, `${strategy} ends at ${end} px`);
  }
});

t.test('No cell of the first screen runs into the next, on a laptop or on paper.', async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE });
  const overfull = () =>
    page.locator('.matrix th, .matrix td').evaluateAll((cells) => {
      const isOverfull = ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) =>
        scrollWidth > clientWidth;
      return cells.filter(isOverfull).map((cell) => cell.textContent);
    });
  t.same(await overfull(), []);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(SHEET);
  t.same(await overfull(), []);
});

for (const [name, markup] of [['of a sample', SAMPLE] as const, ...otherPages()]) {
  t.test(`A page ${name} is as wide as its window, folded or unfolded.`, async (t) => {
    const page = await openPage(t, { browser, markup });
    const measure = async (state: string) => {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        t.equal(await overflowOf(page), 0, `${width} px, ${state}`);
      }
    };
    await measure('folded');
    await unfoldAll(page);
    await measure('unfolded');
  });
}

t.test('No text of a chart covers another or is cut off.', async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE });
  await unfoldAll(page);
  const charts = page.locator('.drawing svg, .reach svg');
  t.ok((await charts.count()) > 30);
  t.same(await charts.evaluateAll(findUnreadable), []);
});

t.test(`Printed on A4 a page takes ${MOST_SHEETS} sheets at most.`, async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE });
  const pdf = await page.pdf({ format: 'A4' });
  const sheets = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
  t.ok(sheets > 0 && sheets <= MOST_SHEETS, `${sheets} sheets`);
});

t.test('What was found is on paper with its chart, folded or not; tables of numbers are not.', async (t) => {
  const page = await openPage(t, { browser, markup: SAMPLE });
  await page.emulateMedia({ media: 'print' });
  const count = (selector: string) => page.locator(`${selector}:visible`).count();
  t.equal(await count('.claim h3'), VIEW.claims.length);
  t.equal(await count('.claim .body > figure svg'), VIEW.claims.filter(({ chart }) => chart !== null).length);
  t.ok((await page.locator('table.numbers').count()) > 0);
  t.equal(await count('table.numbers'), 0);
  t.equal(await count('.assumptions .given b'), VIEW.projection?.assumptions.length, 'what was assumed is');
  t.equal(await count('input'), 0);
});
