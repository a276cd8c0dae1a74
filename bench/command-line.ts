/** The command of a run, as a person types it: it is kept in the results, printed to be pasted, and read again to resume. */

const COMMAND = ['npm', 'run', 'bench'];
const SAFE_TOKEN = /^[\w@%+=:,./-]+$/;
const TOKENS = /(?:[^\s'"\\]|'[^']*'|"[^"]*"|\\.)+/g;
const QUOTES = /'([^']*)'|"([^"]*)"|\\(.)/g;

/** @param args what follows `npm run bench --` */
export function formatCommand(args: readonly string[]): string {
  return [...COMMAND, ...(args.length > 0 ? ['--', ...args.map(quote)] : [])].join(' ');
}

/** @returns what follows `npm run bench --`, without quotes, or undefined where it is another command. */
export function argumentsOf(command: string): string[] | undefined {
  const tokens = (command.match(TOKENS) ?? []).map((token) => token.replace(QUOTES, '$1$2$3'));
  const isBench = COMMAND.every((word, index) => tokens[index] === word);
  return isBench ? tokens.slice(COMMAND.length).filter((token) => token !== '--') : undefined;
}

/** One word for a POSIX shell: a command may come from a foreign file. */
export function quote(token: string): string {
  return SAFE_TOKEN.test(token) ? token : `'${token.replaceAll("'", "'\\''")}'`;
}
