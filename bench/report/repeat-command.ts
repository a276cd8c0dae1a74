import { argumentsOf, formatCommand, scriptOf } from '../command-line.js';
import type { Run } from '../contract.js';

/** Options of the original command that a repetition replaces or must not copy. All of them take a value. */
const REPLACED = ['--experiments', '--seed', '--out', '--resume'];

function keptOptions(run: Run): string[] {
  const options = argumentsOf(run.command, scriptOf(run.command));
  if (options === undefined) return run.profile === 'full' ? ['--full'] : [];
  return options.filter((token, index) => {
    const isReplaced = REPLACED.some((option) => token === option || token.startsWith(`${option}=`));
    return !isReplaced && !REPLACED.includes(options[index - 1] ?? '');
  });
}

/** The command that measures the same again with the same seed: all of the run, or the given experiments of it. */
export function repeatCommand(run: Run, experiments: readonly string[] = []): string {
  const chosen = experiments.length === 0 ? originalExperiments(run) : ['--experiments', experiments.join(',')];
  return formatCommand([...keptOptions(run), ...chosen, '--seed', String(run.seed)], scriptOf(run.command));
}

function originalExperiments(run: Run): string[] {
  const value = /--experiments[= ](\S+)/.exec(run.command)?.[1];
  return value === undefined ? [] : ['--experiments', value];
}
