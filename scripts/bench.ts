import { formatCommand, quote } from '../bench/command-line.js';
import { readEnvironment } from '../bench/config.js';
import { parseBenchOptions } from '../bench/options.js';
import { buildView, renderSummary } from '../bench/report/index.js';
import { resumeBench } from '../bench/resume.js';
import { runBench } from '../bench/run.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const options = parseBenchOptions(args);
  if (!options) return 0;
  const dependencies = {
    environment: readEnvironment(),
    command: formatCommand(args),
    stream: process.stderr,
    now: Date.now,
    signal,
  };
  const { folder, results } = await ('resume' in options
    ? resumeBench(options.resume, dependencies)
    : runBench(options, dependencies));
  const { columns = 80, isTTY } = process.stdout;
  process.stdout.write(renderSummary(buildView(results), { columns, color: isTTY }));
  process.stdout.write(`\nReport: ${folder}/report.html (also report.md and results.json)\n`);
  if (results.run.status === 'interrupted') {
    process.stdout.write(`Go on with it: npm run bench -- --resume ${quote(folder)}\n`);
    return 130;
  }
  return results.experiments.some(({ status }) => status === 'failed') ? 1 : 0;
});
