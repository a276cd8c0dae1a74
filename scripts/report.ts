import { dirname } from 'node:path';
import { BenchError } from '../bench/errors.js';
import { renderSummary } from '../bench/report/index.js';
import { prepareReport } from '../bench/report-files.js';
import { readResults, resultsFile } from '../bench/results/log.js';
import { main } from './main.js';

await main(async ({ args }) => {
  const [path, ...more] = args;
  if (path === undefined || more.length > 0 || path.startsWith('-')) {
    throw new BenchError('BAD_OPTION', 'usage: npm run report -- DIR, where DIR is a folder that a run wrote.');
  }
  const results = readResults(path, (line) => process.stderr.write(`${line}\n`));
  const folder = dirname(resultsFile(path));
  const { view, write } = prepareReport(folder, results);
  write();
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderSummary(view, { columns, color: isTTY }));
  process.stdout.write(`\nReport: ${folder}/report.html (also report.md and summary.json)\n`);
  return 0;
});
