import { readEnvironment } from '../bench/config.js';
import { parseBenchOptions } from '../bench/options.js';
import { buildView, renderSummary } from '../bench/report/index.js';
import { runBench } from '../bench/run.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const options = parseBenchOptions(args);
  if (!options) return 0;
  const { folder, results } = await runBench(options, {
    environment: readEnvironment(),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    stream: process.stderr,
    now: Date.now,
    signal,
  });
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderSummary(buildView(results), { columns, color: isTTY }));
  process.stdout.write(`\nReport: ${folder}/report.html (also report.md and results.json)\n`);
  if (signal.aborted) return 130;
  return results.experiments.some(({ status }) => status === 'failed') ? 1 : 0;
});
