import axe from 'axe-core';
import type { Page } from 'playwright-core';

const GRAVE: readonly unknown[] = ['moderate', 'serious', 'critical'];

/** What bars somebody from the page: "color-contrast: .note, .meta". Its context must bypass the page's policy. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(
    'axe.run({ resultTypes: ["violations"], preload: false })',
  );
  return violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
