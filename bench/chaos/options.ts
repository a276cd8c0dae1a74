import { Command, InvalidArgumentError, Option } from 'commander';
import { parse, wholeNumber } from '../options.js';

export interface ChaosOptions {
  readonly minutes: number;
  /** Undefined where chance is to choose it. */
  readonly seed: number | undefined;
  readonly freezeSeconds: number;
}

const MAX_MINUTES = 24 * 60;
const MAX_FREEZE_SECONDS = 60;

/**
 * @param args what follows `npm run chaos --`
 * @returns undefined when only help was wanted, which is then printed.
 * @throws BenchError BAD_OPTION naming the option, what was given and what is allowed.
 */
export function parseChaosOptions(args: readonly string[]): ChaosOptions | undefined {
  const command = new Command('npm run chaos --')
    .description(
      'Breaks one part of a private cluster after the other under load, and checks that nothing is lost but what the design says.',
    )
    .addOption(new Option('--minutes <number>', 'how long').argParser(upTo(MAX_MINUTES, 'minutes')).default(10))
    .addOption(
      new Option('--seed <number>', 'seed of every random choice (default: chosen by chance, and printed)').argParser(
        (text) => wholeNumber(text, 0, 2 ** 31 - 1),
      ),
    )
    .addOption(
      new Option('--freeze-seconds <number>', 'how long a part stands still')
        .argParser(upTo(MAX_FREEZE_SECONDS, 'seconds'))
        .default(10),
    );
  const given = parse<{ minutes: number; seed?: number; freezeSeconds: number }>(command, args);
  return given && { seed: undefined, ...given };
}

function upTo(most: number, unit: string) {
  return (text: string): number => {
    const number = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && number > 0 && number <= most) return number;
    throw new InvalidArgumentError(`"${text}" is not a number of ${unit} above 0, up to ${most}.`);
  };
}
