/** The command of a run, as a person types it: it is kept in the results, printed to be pasted, and read again to resume. */

const SAFE_TOKEN = /^[\w@%+=:,./-]+$/;
const TOKENS = /(?:[^\s'"\\]|'[^']*'|"[^"]*"|\\.)+/g;
const QUOTES = /'([^']*)'|"([^"]*)"|\\(.)/g;

/** @param args what follows `npm run bench --` */
export function formatCommand(args: readonly string[]): string {
  return ['npm run bench', ...(args.length > 0 ? ['--', ...args.map(quote)] : [])].join(' ');
}

/** @returns what follows `npm run bench --`, without quotes, or undefined where it is another command. */
export function argumentsOf(command: string): string[] | undefined {
  const [npm, run, script, ...args] = tokensOf(command);
  if (npm !== 'npm' || run !== 'run' || script !== 'bench') return undefined;
  return args.filter((token) => token !== '--');
}

function tokensOf(command: string): string[] {
  return (command.match(TOKENS) ?? []).map((token) => token.replace(QUOTES, '$1$2$3'));
}

/** One word for a POSIX shell: a command may come from a foreign file. */
export function quote(token: string): string {
  return SAFE_TOKEN.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;
}
