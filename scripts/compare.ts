import { BenchError } from '../bench/errors.js';
import { renderComparison } from '../bench/report/comparison-table.js';
import { compareRuns } from '../bench/results/comparison.js';
import { readResults } from '../bench/results/log.js';
import { cleanResults } from '../bench/words/text.js';
import { main } from './main.js';

await main(async ({ args }) => {
  const [before, after, ...more] = args;
  if (before === undefined || after === undefined || more.length > 0 || args.some((path) => path.startsWith('-'))) {
    throw new BenchError('BAD_OPTION', 'usage: npm run compare -- A B, where A and B are folders that runs wrote.');
  }
  const read = (path: string) => cleanResults(readResults(path, (line) => process.stderr.write(`${line}\n`)));
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderComparison(compareRuns(read(before), read(after)), { columns, color: isTTY }));
  return 0;
});
