import { text } from 'node:stream/consumers';
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { sampleResults } from '../../testing/sample-results.js';
import { buildView, renderHtml } from '../index.js';
import { LAPTOP, openPage, PHONE, startBrowser, unfoldAll } from './chromium.fixture.js';

/** Enough for a calculator and for headlines of every length. */
const VIEW = buildView(
  sampleResults({ claims: ['mismatch', 'token-bytes', 'relogin-storm', 'theft-window', 'short-ttl'] }),
);
const PAGE = renderHtml(VIEW);

const browser = await startBrowser();

function claimOf(page: Page, id: string): Locator {
  return page.locator('.claim', { has: page.locator(`#claim-${id}`) });
}

/** What is unfolded of a claim. */
function bodyOf(page: Page, id: string): Locator {
  return claimOf(page, id).locator('.body');
}

async function pressUntil(page: Page, selector: string): Promise<void> {
  do await page.keyboard.press('Tab');
  while ((await page.locator(`${selector}:focus`).count()) === 0);
}

for (const viewport of [LAPTOP, PHONE]) {
  t.test(
    `At a width of ${viewport.width} px a click on a chip unfolds its claim and brings its headline to the top.`,
    async (t) => {
      const page = await openPage(t, { browser, markup: PAGE, viewport });
      for (const { id } of VIEW.claims) {
        t.notOk(await bodyOf(page, id).isVisible());
        await page.locator(`.chip[href="#claim-${id}"]`).click();
        t.ok(await bodyOf(page, id).isVisible(), id);
        const { y = Number.NaN } = (await claimOf(page, id).boundingBox()) ?? {};
        t.ok(Math.abs(y) < 1, `${id} begins at ${y} px`);
      }
    },
  );
}

t.test('A chip of a claim that was not measured leads to where its reason is.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE });
  // The last of a list is the farthest from its reason.
  for (const { id } of VIEW.open.flatMap(({ claims }) => claims.slice(-1))) {
    await page.locator(`.chip[href="#claim-${id}"]`).click();
    const group = page.locator('.open > div', { has: page.locator(`#claim-${id}`) });
    for (const part of [group.locator('.note'), group.locator(`#claim-${id}`)]) {
      const { y = Number.NaN } = (await part.boundingBox()) ?? {};
      t.ok(y >= 0 && y < LAPTOP.height, `${id} begins at ${y} px`);
    }
  }
});

t.test('The keyboard alone reaches a claim, unfolds it, and unfolds all numbers of it.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE });
  await pressUntil(page, '.chip');
  await page.keyboard.press('Enter');
  const [first] = VIEW.claims;
  const body = bodyOf(page, first?.id ?? '');
  t.ok(await body.isVisible());
  await pressUntil(page, 'summary');
  await page.keyboard.press('Enter');
  t.ok(await body.locator('table.numbers').isVisible());
  await pressUntil(page, '.claim > summary');
  await page.keyboard.press('Enter');
  t.ok(await bodyOf(page, VIEW.claims[1]?.id ?? '').isVisible());
});

t.test('The calculator answers to what is put in, and says what is wrong with what it does not take.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE });
  const users = page.getByLabel('Users signed in');
  const load = page.locator('.answers [data-row=load]');
  t.match(await load.innerText(), '16,700 requests/s, 34.7 logins/s');
  const instances = page.locator('.answers [data-row=needs] .value').first();
  const few = Number(await instances.innerText());
  await users.fill('10');
  t.match(await load.innerText(), '167,000 requests/s, 347 logins/s');
  t.ok(Number(await instances.innerText()) > few);
  await users.fill('-1');
  const status = page.getByRole('status');
  t.match(await status.innerText(), /^Users signed in, million needs a number from .* to .*\.$/);
  t.match(await load.innerText(), '167,000 requests/s', 'the last good answer stays');
  await users.fill('1');
  t.equal(await status.innerText(), '');
  t.match(await load.innerText(), '16,700 requests/s');
});

t.test('The link to all numbers downloads them.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE });
  const downloads = page.waitForEvent('download');
  await page.getByRole('link', { name: 'authscale.csv' }).click();
  const download = await downloads;
  t.equal(download.suggestedFilename(), 'authscale.csv');
  t.equal(await text(await download.createReadStream()), VIEW.csv);
});

t.test('Nothing leaves the page, and nothing on it goes wrong.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE });
  const requested: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await page.reload();
  await unfoldAll(page);
  await page.locator('.chip').first().click();
  await page.getByLabel('Users signed in').fill('3');
  t.same(requested, [page.url().replace(/#.*/, '')]);
  t.same(said, []);
});

t.test('Without scripts the calculator shows what its defaults give.', async (t) => {
  const page = await openPage(t, { browser, markup: PAGE, javaScriptEnabled: false });
  t.ok(await page.getByText('So many users ask for: 16,700 requests/s').isVisible());
  t.equal(await page.locator('input:visible').count(), 0);
});
