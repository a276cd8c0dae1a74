/** The command of a run, as a person types it: it is kept in the results, printed to be pasted, and read again to resume. */

/** The scripts of package.json that write results. */
const SCRIPTS = ['bench', 'bench:balancer'] as const;
type Script = (typeof SCRIPTS)[number];
const SAFE_TOKEN = /^[\w@%+=:,./-]+$/;
const TOKENS = /(?:[^\s'"\\]|'[^']*'|"[^"]*"|\\.)+/g;
const QUOTES = /'([^']*)'|"([^"]*)"|\\(.)/g;

/** @param args what follows `npm run bench --` */
export function formatCommand(args: readonly string[], script: Script = 'bench'): string {
  return ['npm', 'run', script, ...(args.length > 0 ? ['--', ...args.map(quote)] : [])].join(' ');
}

/** @returns what follows `npm run bench --`, without quotes, or undefined where it is another command. */
export function argumentsOf(command: string, script: Script = 'bench'): string[] | undefined {
  const tokens = tokensOf(command);
  return scriptOf(command) === script ? tokens.slice(3).filter((token) => token !== '--') : undefined;
}

/** Which of the scripts a command runs, or undefined where it is another command. */
export function scriptOf(command: string): Script | undefined {
  const [npm, run, script] = tokensOf(command);
  return npm === 'npm' && run === 'run' ? SCRIPTS.find((known) => known === script) : undefined;
}

function tokensOf(command: string): string[] {
  return (command.match(TOKENS) ?? []).map((token) => token.replace(QUOTES, '$1$2$3'));
}

/** One word for a POSIX shell: a command may come from a foreign file. */
export function quote(token: string): string {
  return SAFE_TOKEN.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;
}
