import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from './contract.js';
import { buildView, renderHtml, renderMarkdown } from './report/index.js';

/** Writes `report.html` and `report.md` into the run's folder; a report from before is replaced. */
export function writeReport(folder: string, results: Results): void {
  const view = buildView(results);
  writeFileSync(join(folder, 'report.html'), renderHtml(view));
  writeFileSync(join(folder, 'report.md'), renderMarkdown(view));
}
