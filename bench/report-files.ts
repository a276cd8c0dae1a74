import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Judgement, judgeAll } from './claims/judge.js';
import type { Results } from './contract.js';
import {
  buildSummary,
  buildView,
  isPicture,
  PICTURES,
  type Picture,
  type ReportView,
  renderHtml,
  renderMarkdown,
} from './report/index.js';
import { cleanResults } from './words/text.js';

export interface PreparedReport {
  readonly view: ReportView;
  readonly judgements: readonly Judgement[];
  /** Writes `report.html`, `report.md` with its `charts/`, and `summary.json` into the run's folder; those from before are replaced. */
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
      const { text, pictures } = renderMarkdown(view);
      replaceFile(join(folder, 'report.md'), text);
      replacePictures(folder, pictures);
      replaceFile(join(folder, 'summary.json'), `${JSON.stringify(buildSummary(results, judgements), null, 2)}\n`);
    },
  };
}

/** Those of claims that are drawn no more go; what else is in the folder stays. */
function replacePictures(folder: string, pictures: readonly Picture[]): void {
  const charts = join(folder, PICTURES);
  if (pictures.length === 0 && !existsSync(charts)) return;
  mkdirSync(charts, { recursive: true });
  for (const name of readdirSync(charts)) if (isPicture(name)) rmSync(join(charts, name));
  for (const { path, svg } of pictures) writeFileSync(join(folder, path), svg);
}

/** Whoever reads the file meanwhile finds the old one or the new one, never half of it. */
function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.tmp`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
}
