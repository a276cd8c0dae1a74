/** A real browser, and a page in it as a reader has it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { findProgram } from '../../cluster/programs.js';
import { readEnvironment } from '../../config.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const NONE =
  'no Chromium was found. Install it (Debian: apt-get install chromium; macOS: brew install --cask chromium) or set CHROMIUM to its path.';

/** Widths in px: two phones, a tablet, a laptop. */
export const WIDTHS = [320, 390, 768, 1280];
export const LAPTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** For all tests of a file. */
export async function startBrowser(): Promise<Browser> {
  const { PATH, all } = readEnvironment();
  const executablePath = all.CHROMIUM || NAMES.map((name) => findProgram(PATH, [name])).find(Boolean);
  if (executablePath === undefined) {
    t.bailout(NONE);
    process.exit(1);
  }
  const browser = await chromium.launch({ executablePath });
  t.teardown(() => browser.close());
  return browser;
}

export type Opened = BrowserContextOptions & { readonly browser: Browser; readonly markup: string };

/** Opened from a file, until the test ends. */
export async function openPage(t: Test, { browser, markup, ...options }: Opened): Promise<Page> {
  const context = await browser.newContext({ viewport: LAPTOP, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  await page.goto(pathToFileURL(join(t.testdir({ 'page.html': markup }), 'page.html')).href);
  return page;
}

export async function unfoldAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
}

/** How far the page reaches beyond the width of the window, in px. */
export function overflowOf(page: Page): Promise<number> {
  return page.locator(':root').evaluate((root) => root.scrollWidth - window.innerWidth);
}
