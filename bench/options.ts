import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { MOUNTED_STRATEGIES, STRATEGIES, type StrategyName } from '../services/contract.js';
import type { Claim } from './claims/claim.js';
import { BUILT, UNBUILT } from './claims/index.js';
import { CLUSTERS, type ClusterKind } from './cluster/index.js';
import type { Verdict } from './contract.js';
import { BenchError } from './errors.js';

export interface BenchOptions {
  /** Ids, in the order of the ledger. */
  readonly claims: readonly string[];
  readonly strategies: readonly StrategyName[];
  /** Numbers of instances to try, ascending. */
  readonly instances: readonly number[];
  readonly minutes: number;
  /** Undefined where chance is to choose it. */
  readonly seed: number | undefined;
  readonly cluster: ClusterKind;
  /** Where the report goes; default `reports/<run>`. */
  readonly out: string | undefined;
  /** Verdicts that make the command end with 1. */
  readonly failOn: readonly Verdict[];
}

export type BenchRequest =
  | { readonly action: 'run'; readonly options: BenchOptions }
  /** Go on with a run: its own results say what it was asked to do. */
  | { readonly action: 'resume'; readonly folder: string; readonly failOn: readonly Verdict[] }
  /** Tell the claims, what they take and what this machine lacks. */
  | { readonly action: 'list'; readonly options: BenchOptions };

export const QUICK_MINUTES = 6;
export const FULL_MINUTES = 30;
export const MAX_INSTANCES = 64;
const MAX_MINUTES = 24 * 60;
const FAIL_ON: readonly Verdict[] = ['false', 'depends', 'inconclusive', 'not measured'];

/**
 * @param args what follows `npm run bench --`
 * @returns undefined when only help was wanted, which is then printed.
 * @throws BenchError BAD_OPTION naming the option, what was given and what is allowed.
 */
export function parseBenchOptions(args: readonly string[]): BenchRequest | undefined {
  const command = buildCommand();
  const given = parse<Given>(command, args);
  if (!given) return undefined;
  const failOn = given.failOn as Verdict[];
  if (given.resume !== undefined) return { action: 'resume', folder: requireAlone(given.resume, command), failOn };
  const claims = chosenClaims(given);
  const options: BenchOptions = {
    claims: claims.map(({ id }) => id),
    strategies: given.strategies ?? [
      ...new Set([...MOUNTED_STRATEGIES, ...claims.flatMap(({ beside = [] }) => beside)]),
    ],
    instances: [...new Set(given.instances)],
    minutes: given.minutes ?? (given.full ? FULL_MINUTES : QUICK_MINUTES),
    seed: given.seed,
    cluster: given.cluster,
    out: given.out,
    failOn,
  };
  return { action: given.list ? 'list' : 'run', options };
}

interface Given {
  claims?: readonly string[];
  strategies?: readonly StrategyName[];
  instances: number[];
  minutes?: number;
  full?: boolean;
  cluster: ClusterKind;
  out?: string;
  seed?: number;
  failOn: string[];
  resume?: string;
  list?: boolean;
}

/** Those that were asked for; else all, of which a short run leaves out those that need more strategies than it has. */
function chosenClaims({ claims, strategies = MOUNTED_STRATEGIES, full, list }: Given): Claim[] {
  if (claims) return BUILT.filter(({ id }) => claims.includes(id));
  const isAll = full || list;
  return BUILT.filter(({ beside = [] }) => isAll || beside.every((name) => strategies.includes(name)));
}

function buildCommand(): Command {
  return new Command('npm run bench --')
    .description('Starts a private cluster on this machine, measures what decides the claims and writes a report.')
    .addOption(
      new Option('--minutes <number>', `how long to measure (default: ${QUICK_MINUTES})`)
        .argParser(minutesFrom)
        .conflicts('full'),
    )
    .addOption(new Option('--full', `${FULL_MINUTES} minutes: more rounds, narrower intervals`))
    .addOption(claimsOption(BUILT.map(({ id }) => id)))
    .addOption(
      list(
        '--strategies <names>',
        `which strategies (default: ${MOUNTED_STRATEGIES.join(',')}, and those that a chosen claim needs beside)`,
        Object.keys(STRATEGIES),
      ),
    )
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
      new Option('--seed <number>', 'seed of every random choice (default: chosen by chance, and recorded)').argParser(
        (text) => wholeNumber(text, 0, 2 ** 31 - 1),
      ),
    )
    .addOption(list('--fail-on <verdicts>', 'end with 1 where a chosen claim gets one of these', FAIL_ON, []))
    .addOption(new Option('--resume <folder>', 'measure what this run lacks; takes no other option but --fail-on'))
    .addOption(new Option('--list', 'tell the claims, the minutes that each takes and what this machine lacks'));
}

/** One that is known and not built is told apart from one that nobody knows. */
function claimsOption(ids: readonly string[]): Option {
  return new Option(
    '--claims <ids>',
    `which claims (default: all that need no strategy beside): ${ids.join(', ')}`,
  ).argParser((text) => {
    const names = [...new Set(text.split(','))];
    const unknown = names.find((name) => !ids.includes(name));
    if (unknown === undefined) return names;
    if (UNBUILT.some(({ id }) => id === unknown)) throw new InvalidArgumentError(`"${unknown}" is not built yet.`);
    throw new InvalidArgumentError(`Unknown: "${unknown}". Allowed: ${ids.join(', ')}.`);
  });
}

/** @throws BenchError BAD_OPTION naming every other option: the run would not be the one that it was. */
function requireAlone(folder: string, command: Command): string {
  const others = command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map(({ long }) => long)
    .filter((long) => long !== '--resume' && long !== '--fail-on');
  if (others.length === 0) return folder;
  const message = `--resume takes its options from the run, so it cannot be used with ${others.join(', ')}.`;
  throw new BenchError('BAD_OPTION', message);
}

/** An option whose value is some of the allowed names, comma-separated. */
export function list(
  flags: string,
  description: string,
  allowed: readonly string[],
  fallback?: readonly string[],
): Option {
  const option = new Option(flags, `${description}: ${allowed.join(', ')}`).argParser((text) => {
    const names = [...new Set(text.split(','))];
    const unknown = names.find((name) => !allowed.includes(name));
    if (unknown === undefined) return names;
    throw new InvalidArgumentError(`Unknown: "${unknown}". Allowed: ${allowed.join(', ')}.`);
  });
  return fallback ? option.default([...fallback], fallback.join(',') || 'none') : option;
}

/** @throws InvalidArgumentError naming what was given and what is allowed */
export function wholeNumber(text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`"${text}" is not a whole number from ${least} to ${most}.`);
}

function minutesFrom(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0 && number <= MAX_MINUTES) return number;
  throw new InvalidArgumentError(`"${text}" is not a number of minutes above 0, up to ${MAX_MINUTES}.`);
}

/** Help goes to standard output, and is undefined; every mistake is one line. */
export function parse<T>(command: Command, args: readonly string[]): T | undefined {
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => {} });
  try {
    return command.parse([...args], { from: 'user' }).opts() as T;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return undefined;
    throw new BenchError('BAD_OPTION', error.message.replace(/^error: /, ''), { cause: error });
  }
}
