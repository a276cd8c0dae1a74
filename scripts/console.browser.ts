/** The page of `npm start` in a real browser, and the real cluster behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import t from 'tap';
import { findBarriers } from '../bench/report/browser/axe.fixture.js';
import { overflowOf, PHONE, startBrowser } from '../bench/report/browser/chromium.fixture.js';
import { CONSOLE_PATHS } from '../services/console/contract.js';

const PROJECTOR = { width: 1280, height: 720 };
/** Passwords are checked fast, and tokens run out while one watches. */
const SETTINGS = { PASSWORD_MEMORY_KIB: '64', PASSWORD_TIME_COST: '1', JWT_LIFETIME_SECONDS: '12' };
const STEP_DEADLINE_MS = 60_000;

const { child, link, balancer } = await startCluster();
t.teardown(async () => {
  child.kill('SIGINT');
  await once(child, 'exit');
});
const browser = await startBrowser();

async function startCluster(): Promise<{ child: ChildProcess; link: string; balancer: string }> {
  const args = ['dist/scripts/start.js', '--port', '0', '--admin-port', '0', '--console-port', '0'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...SETTINGS },
  });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  while (!said.includes('Ctrl-C')) {
    if (child.exitCode !== null) throw new Error(`npm start ended: ${said}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  const [, link = ''] = /(http:\S+#token=\S+)/.exec(said) ?? [];
  const [, balancer = ''] = /^balancer +(\S+)/m.exec(said) ?? [];
  return { child, link, balancer };
}

/** Waits for a caption that is at rest and lies at another step. @throws Error with the caption that stands instead */
async function captionAfter(page: Page, step: string): Promise<string> {
  const isAtRest = (before: string) => {
    const text = document.querySelector('.caption')?.textContent ?? '';
    return /\d \/ \d/.test(text) && !text.includes('running') && (before === '' || !text.includes(before));
  };
  const caption = page.locator('.caption').first();
  await page.waitForFunction(isAtRest, step, { timeout: STEP_DEADLINE_MS }).catch(async () => {
    throw new Error(`after ${step} there is: ${await caption.innerText()}`);
  });
  return (await caption.innerText()).replace(/\s+/g, ' ');
}

/** Walks a scene with the keyboard alone, and gives each caption as it was read. */
async function walk(page: Page, title: string): Promise<string[]> {
  await page.getByRole('button', { name: title }).focus();
  await page.keyboard.press('Enter');
  await page.locator(`button[aria-pressed=true]:text-is("${title}")`).waitFor();
  const captions = [await captionAfter(page, '')];
  for (;;) {
    const [step = '', at = '', of = ''] = /(\d+) \/ (\d+)/.exec(captions.at(-1) ?? '') ?? [];
    if (at === of) return captions;
    await page.keyboard.press('ArrowRight');
    captions.push(await captionAfter(page, step));
  }
}

const SCENES: Readonly<Record<string, readonly RegExp[]>> = {
  'Signed out at random': [/2 of 8 clicks were answered as user1's/, /in Redis: 8 of 8 clicks were recognised/],
  'A sticky instance dies': [/of 8, 6 were recognised and 2 were asked/, /exactly those whose session/],
  'Redis dies': [/Sessions: 0 of \d+ clicks recognised/, /Tokens: (\d+) of \1 recognised/],
  'A stolen token after logout': [/copied session: refused. The thief with the copied token: still let in/],
  'A rolling deploy': [/memory 4 of 4 · sticky 4 of 4 · redis 0 of 4 · jwt 0 of 4/],
};

t.test('each scene shows on the real cluster what it says', async (t) => {
  const page = await browser.newPage({ viewport: PROJECTOR });
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => message.text().includes('Content Security Policy') && faults.push(message.text()));
  await page.goto(`${balancer}/`);
  // A browser is sent here by the balancer, and watches; with the token it may act, which does not stay in the address.
  const watching = page.getByText('You are watching');
  await watching.waitFor();
  await page.goto(link);
  await watching.waitFor({ state: 'detached' });
  t.equal(new URL(page.url()).hash, '');
  for (const [title, wanted] of Object.entries(SCENES)) {
    const captions = (await walk(page, title)).join('\n');
    for (const one of wanted) t.match(captions, one, title);
  }
  t.same(faults, []);
  await page.close();
});

t.test('a page of another origin cannot act, with the token or without', async (t) => {
  const { origin, hash } = new URL(link);
  const send = (headers: Record<string, string>) =>
    fetch(`${origin}${CONSOLE_PATHS.acts}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ do: 'reset' }),
    });
  const token = { 'x-console-token': new URLSearchParams(hash.slice(1)).get('token') ?? '' };
  t.equal((await send({ origin: 'http://evil.example', ...token })).status, 403);
  t.equal((await send({})).status, 403);
  t.equal((await send(token)).status, 200);
});

for (const [viewport, colorScheme] of [
  [PROJECTOR, 'light'],
  [PROJECTOR, 'dark'],
  [PHONE, 'light'],
] as const) {
  t.test(`nothing bars anybody from a ${colorScheme} page of ${viewport.width} px, with a scene on it`, async (t) => {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce', bypassCSP: true });
    t.teardown(() => context.close());
    const page = await context.newPage();
    await page.goto(link);
    t.same(await findBarriers(page), []);
    await page.getByRole('button', { name: 'A sticky instance dies' }).click();
    await captionAfter(page, '');
    t.same(await findBarriers(page), []);
    t.equal(await overflowOf(page), 0);
  });
}
