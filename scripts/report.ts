import { dirname } from 'node:path';
import { BenchError } from '../bench/errors.js';
import { buildView, renderSummary } from '../bench/report/index.js';
import { writeReport } from '../bench/report-files.js';
import { recoverResults } from '../bench/results/recovery.js';
import { resultsFile } from '../bench/results/store.js';
import { main } from './main.js';

await main(async ({ args }) => {
  const [path, ...more] = args;
  if (path === undefined || more.length > 0 || path.startsWith('-')) {
    throw new BenchError('BAD_OPTION', 'usage: npm run report -- DIR, where DIR is a folder that a run wrote.');
  }
  const results = recoverResults(path, (line) => process.stderr.write(`${line}\n`));
  const folder = dirname(resultsFile(path));
  writeReport(folder, results);
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderSummary(buildView(results), { columns, color: isTTY }));
  process.stdout.write(`\nReport: ${folder}/report.html (also report.md)\n`);
  return 0;
});
