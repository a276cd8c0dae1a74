import { parseCostOptions } from '../bench/balancer-cost/options.js';
import { runBalancerCost } from '../bench/balancer-cost/run.js';
import { renderCosts } from '../bench/balancer-cost/table.js';
import { readEnvironment } from '../bench/config.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const options = parseCostOptions(args);
  if (!options) return 0;
  const { cells, skipped, failure } = await runBalancerCost(options, {
    environment: readEnvironment(),
    stream: process.stderr,
    now: Date.now,
    signal,
  });
  if (cells.length > 0) process.stdout.write(renderCosts(cells, skipped));
  if (failure !== undefined) process.stderr.write(`${failure}\n`);
  if (signal.aborted) return 130;
  return failure === undefined ? 0 : 1;
});
