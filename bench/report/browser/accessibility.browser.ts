import t from 'tap';
import { findBarriers } from './axe.fixture.js';
import { openPage, startBrowser, unfoldAll } from './chromium.fixture.js';
import { SAMPLE } from './pages.fixture.js';

const browser = await startBrowser();

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`Nothing bars anybody from a ${colorScheme} page, folded or unfolded.`, async (t) => {
    const page = await openPage(t, { browser, markup: SAMPLE, colorScheme, bypassCSP: true });
    t.same(await findBarriers(page), []);
    await unfoldAll(page);
    t.same(await findBarriers(page), []);
  });
}
