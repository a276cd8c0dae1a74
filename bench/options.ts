import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_STRATEGIES, STRATEGIES, type StrategyName } from '../services/contract.js';
import { CLUSTERS, type ClusterKind } from './cluster/index.js';
import { BenchError } from './errors.js';
import type { RunPlan } from './experiments/experiment.js';
import { EXPERIMENTS } from './experiments/index.js';

export interface BenchOptions {
  readonly plan: RunPlan;
  readonly experiments: readonly string[];
  readonly cluster: ClusterKind;
  /** Where the report goes; default `reports/<run>`. */
  readonly out: string | undefined;
}

/** To go on with a run: its own results say what it was asked to do. */
export interface ResumeOptions {
  /** The run's folder. */
  readonly resume: string;
}

export const MAX_INSTANCES = 64;

/**
 * @param args what follows `npm run bench --`
 * @returns undefined when only help was wanted, which is then printed.
 * @throws BenchError BAD_OPTION naming the option, what was given and what is allowed.
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions | ResumeOptions | undefined {
  const ids = EXPERIMENTS.map(({ id }) => id);
  const command = new Command('npm run bench --')
    .description('Starts a private cluster on this machine, runs the experiments and writes a report.')
    .addOption(new Option('--quick', 'a first answer in about four and a half minutes (default)').conflicts('full'))
    .addOption(new Option('--full', 'more rounds and users, narrower intervals'))
    .addOption(list('--experiments <ids>', 'which experiments', ids, ids))
    .addOption(list('--strategies <names>', 'which strategies', Object.keys(STRATEGIES), DEFAULT_STRATEGIES))
    .addOption(
      new Option('--instances <counts>', 'numbers of instances to try')
        .argParser((text) =>
          text
            .split(',')
            .map((count) => wholeNumber(count, 1, MAX_INSTANCES))
            .sort((a, b) => a - b),
        )
        .default([1, 2, 4], '1,2,4'),
    )
    .addOption(
      new Option('--cluster <kind>', 'processes of this machine, or containers')
        .choices(Object.keys(CLUSTERS))
        .default('local'),
    )
    .addOption(new Option('--out <folder>', 'where the report goes (default: reports/<run>)'))
    .addOption(
      new Option('--seed <number>', 'seed of every random choice')
        .argParser((text) => wholeNumber(text, 0, 2 ** 31 - 1))
        .default(1),
    )
    .addOption(new Option('--resume <folder>', 'measure only what this run lacks; takes no other option'));
  const given = parse<Given>(command, args);
  if (!given) return undefined;
  if (given.resume !== undefined) return resume(given.resume, command);
  return {
    plan: {
      profile: given.full ? 'full' : 'quick',
      strategies: given.strategies,
      instances: [...new Set(given.instances)],
      seed: given.seed,
    },
    experiments: given.experiments,
    cluster: given.cluster,
    out: given.out,
  };
}

interface Given {
  full?: boolean;
  experiments: string[];
  strategies: StrategyName[];
  instances: number[];
  cluster: ClusterKind;
  out?: string;
  seed: number;
  resume?: string;
}

/** @throws BenchError BAD_OPTION naming every other option: the run would not be the one that it was. */
function resume(folder: string, command: Command): ResumeOptions {
  const others = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli' && option.long !== '--resume')
    .map(({ long }) => long);
  if (others.length === 0) return { resume: folder };
  const message = `--resume takes its options from the run, so it cannot be used with ${others.join(', ')}.`;
  throw new BenchError('BAD_OPTION', message);
}

/** An option whose value is some of the allowed names, comma-separated. */
export function list(
  flags: string,
  description: string,
  allowed: readonly string[],
  fallback: readonly string[],
): Option {
  return new Option(flags, `${description}: ${allowed.join(', ')}`)
    .argParser((text) => {
      const names = [...new Set(text.split(','))];
      const unknown = names.find((name) => !allowed.includes(name));
      if (unknown === undefined) return names;
      throw new InvalidArgumentError(`Unknown: "${unknown}". Allowed: ${allowed.join(', ')}.`);
    })
    .default([...fallback], fallback.join(','));
}

/** @throws InvalidArgumentError naming what was given and what is allowed */
export function wholeNumber(text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`"${text}" is not a whole number from ${least} to ${most}.`);
}

/** Help goes to standard output, and is undefined; every mistake is one line. */
export function parse<T>(command: Command, args: readonly string[]): T | undefined {
  command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    return command.parse([...args], { from: 'user' }).opts() as T;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new BenchError('BAD_OPTION', error.message.replace(/^error: /, ''), { cause: error });
  }
}
