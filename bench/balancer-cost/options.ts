import { Command, Option } from 'commander';
import { list, parse, wholeNumber } from '../options.js';
import { PROXIES } from './proxies.js';
import { REPLY_BYTES, type ReplyBytes } from './reply.js';

/** The shape of the load and how long it lasts. */
export interface CostSizes {
  readonly connections: readonly number[];
  readonly replyBytes: readonly ReplyBytes[];
  /** At least 2: a number is not given without an interval. */
  readonly rounds: number;
  readonly roundMs: number;
  /** Under each shape of load. By number, not by time: code is compiled when it has run often enough. */
  readonly warmUpRequests: number;
}

export interface CostOptions {
  readonly sizes: CostSizes;
  readonly proxies: readonly string[];
  readonly seed: number;
}

const SHAPES = { connections: [32, 256], replyBytes: REPLY_BYTES };

export const SIZES = {
  quick: { ...SHAPES, rounds: 5, roundMs: 700, warmUpRequests: 10_000 },
  full: { ...SHAPES, rounds: 12, roundMs: 2_000, warmUpRequests: 40_000 },
} as const satisfies Readonly<Record<string, CostSizes>>;

/**
 * @param args what follows `npm run bench:balancer --`
 * @returns undefined when only help was wanted, which is then printed.
 * @throws BenchError BAD_OPTION naming the option, what was given and what is allowed.
 */
export function parseCostOptions(args: readonly string[]): CostOptions | undefined {
  const names = Object.keys(PROXIES);
  const command = new Command('npm run bench:balancer --')
    .description("Compares the CPU time, throughput and latency of this project's balancer, HAProxy and nginx.")
    .addOption(new Option('--quick', 'a first answer in about two minutes (default)').conflicts('full'))
    .addOption(new Option('--full', 'more and longer rounds, narrower intervals: about twelve minutes'))
    .addOption(list('--proxies <names>', 'which proxies', names, names))
    .addOption(
      new Option('--seed <number>', 'seed of every random choice')
        .argParser((text) => wholeNumber(text, 0, 2 ** 31 - 1))
        .default(1),
    );
  const given = parse<Given>(command, args);
  if (!given) return undefined;
  return { sizes: given.full ? SIZES.full : SIZES.quick, proxies: given.proxies, seed: given.seed };
}

interface Given {
  full?: boolean;
  proxies: string[];
  seed: number;
}
