import { Command } from 'commander';
import { BenchError } from '../errors.js';
import { parse } from '../options.js';

export interface ComparisonOptions {
  readonly before: string;
  readonly after: string;
  /** Where the page goes; undefined where none is wanted. */
  readonly page: string | undefined;
  readonly failOnChange: boolean;
}

/**
 * @param args what follows `npm run compare --`
 * @returns undefined when only help was wanted, which is then printed.
 * @throws BenchError BAD_OPTION naming what is wrong
 */
export function parseComparisonOptions(args: readonly string[]): ComparisonOptions | undefined {
  const command = new Command('npm run compare --')
    .description('What changed from one run to another beyond noise.')
    .argument('[A]', 'folder that the first run wrote')
    .argument('[B]', 'folder that the second run wrote')
    .option('--page <file>', 'also write it as a page')
    .option('--fail-on-change', 'end with 1 where a number or a verdict changed');
  const given = parse<{ page?: string; failOnChange?: boolean }>(command, args);
  if (!given) return undefined;
  const [before, after] = command.args;
  if (before === undefined || after === undefined) {
    throw new BenchError('BAD_OPTION', 'usage: npm run compare -- A B, where A and B are folders that runs wrote.');
  }
  return { before, after, page: given.page, failOnChange: given.failOnChange ?? false };
}
