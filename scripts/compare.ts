import { writeFileSync } from 'node:fs';
import { parseComparisonOptions } from '../bench/report/comparison-options.js';
import { renderComparison } from '../bench/report/comparison-table.js';
import { buildComparison } from '../bench/report/comparison-view.js';
import { renderComparisonPage } from '../bench/report/html/comparison.js';
import { compareRuns, isChange } from '../bench/results/comparison.js';
import { readResults } from '../bench/results/log.js';
import { cleanResults } from '../bench/words/text.js';
import { main } from './main.js';

await main(async ({ args }) => {
  const options = parseComparisonOptions(args);
  if (!options) return 0;
  const read = (path: string) => cleanResults(readResults(path, (line) => process.stderr.write(`${line}\n`)));
  const comparison = compareRuns(read(options.before), read(options.after));
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderComparison(comparison, { columns, color: isTTY }));
  if (options.page !== undefined) writeFileSync(options.page, renderComparisonPage(buildComparison(comparison)));
  const hasChanged = comparison.numbers.some(isChange) || comparison.verdicts.length > 0;
  return options.failOnChange && hasChanged ? 1 : 0;
});
