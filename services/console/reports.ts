import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportView } from './contract.js';
import { CONSOLE_PATHS } from './contract.js';

const PAGE = 'report.html';

/** Runs of this checkout that have a page, the newest first. None where there is no such folder. */
export async function listReports(folder: string | null): Promise<ReportView[]> {
  if (folder === null) return [];
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const page = await stat(join(folder, name, PAGE)).catch(() => null);
      const href = `${CONSOLE_PATHS.reports}/${encodeURIComponent(name)}`;
      return page?.isFile() ? [{ name, atMs: page.mtimeMs, href }] : [];
    }),
  );
  return found.flat().sort((a, b) => b.atMs - a.atMs);
}

/** null where there is none by that address. No part of a request becomes a path: only one that is listed is read. */
export async function readReport(folder: string | null, href: string): Promise<string | null> {
  const report = (await listReports(folder)).find((one) => one.href === href);
  return report === undefined || folder === null ? null : readFile(join(folder, report.name, PAGE), 'utf8');
}
