import type { Run } from '../contract.js';

const TOKENS = /'[^']*'|"[^"]*"|\S+/g;
const SAFE_TOKEN = /^[\w@%+=:,./-]+$|^'[^']*'$/;

/** Options of the original command that a repetition replaces or must not copy. All of them take a value. */
const REPLACED = ['--experiments', '--seed', '--out', '--resume'];

/** People paste these commands into a shell, and a results file may be foreign. */
function quote(token: string): string {
  return SAFE_TOKEN.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;
}

function keptOptions(run: Run): string[] {
  const tokens = run.command.match(TOKENS) ?? [];
  if (tokens.slice(0, 3).join(' ') !== 'npm run bench') return run.profile === 'full' ? ['--full'] : [];
  const options = tokens.slice(3).filter((token) => token !== '--');
  return options.filter((token, index) => {
    const isReplaced = REPLACED.some((option) => token === option || token.startsWith(`${option}=`));
    return !isReplaced && !REPLACED.includes(options[index - 1] ?? '');
  });
}

/** The command that measures the same again with the same seed: all of the run, or the given experiments of it. */
export function repeatCommand(run: Run, experiments: readonly string[] = []): string {
  const chosen = experiments.length === 0 ? originalExperiments(run) : ['--experiments', experiments.join(',')];
  return ['npm run bench --', ...[...keptOptions(run), ...chosen, '--seed', String(run.seed)].map(quote)].join(' ');
}

function originalExperiments(run: Run): string[] {
  const value = /--experiments[= ](\S+)/.exec(run.command)?.[1];
  return value === undefined ? [] : ['--experiments', value];
}
