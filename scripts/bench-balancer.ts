import { parseCostOptions } from '../bench/balancer-cost/options.js';
import { runBalancerCost } from '../bench/balancer-cost/run.js';
import { renderCosts } from '../bench/balancer-cost/table.js';
import { formatCommand } from '../bench/command-line.js';
import { readEnvironment } from '../bench/config.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const options = parseCostOptions(args);
  if (!options) return 0;
  const { cells, skipped, failure } = await runBalancerCost(options, {
    environment: readEnvironment(),
    command: formatCommand(args, 'bench:balancer'),
    stream: process.stderr,
    now: Date.now,
    signal,
  });
  if (cells.length > 0) process.stdout.write(renderCosts(cells, skipped));
  if (options.out !== undefined) {
    process.stdout.write(`\nReport: ${options.out}/report.html (also report.md and results.json)\n`);
  }
  if (failure !== undefined) process.stderr.write(`${failure}\n`);
  if (signal.aborted) return 130;
  return failure === undefined ? 0 : 1;
});
