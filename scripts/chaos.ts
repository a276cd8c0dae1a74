import { randomInt } from 'node:crypto';
import { parseChaosOptions } from '../bench/chaos/options.js';
import { runChaos } from '../bench/chaos/run.js';
import { readEnvironment } from '../bench/config.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const options = parseChaosOptions(args);
  if (!options) return 0;
  const broken = await runChaos(options, {
    environment: readEnvironment(),
    signal,
    newSeed: () => randomInt(2 ** 31),
    tell: (line) => process.stdout.write(`${line}\n`),
  });
  return broken === 0 ? 0 : 1;
});
