import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Judgement, judgeAll } from './claims/judge.js';
import type { Results } from './contract.js';
import { buildSummary, buildView, type ReportView, renderHtml, renderMarkdown } from './report/index.js';
import { cleanResults } from './words/text.js';

export interface PreparedReport {
  readonly view: ReportView;
  readonly judgements: readonly Judgement[];
  /** Writes `report.html`, `report.md` and `summary.json` into the run's folder; those from before are replaced. */
  write(): void;
}

/** What a run's report says, to be told before it is written: a full disk takes the files, not the answer. */
export function prepareReport(folder: string, foreign: Results): PreparedReport {
  const results = cleanResults(foreign);
  const judgements = judgeAll(results);
  const view = buildView(results, judgements);
  return {
    view,
    judgements,
    write() {
      replaceFile(join(folder, 'report.html'), renderHtml(view));
      replaceFile(join(folder, 'report.md'), renderMarkdown(view));
      replaceFile(join(folder, 'summary.json'), `${JSON.stringify(buildSummary(results, judgements), null, 2)}\n`);
    },
  };
}

/** Whoever reads the file meanwhile finds the old one or the new one, never half of it. */
function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}
