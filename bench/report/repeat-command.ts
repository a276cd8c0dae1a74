import { argumentsOf, formatCommand } from '../command-line.js';
import type { RunRecord } from '../contract.js';

/** Options of the original command that a repetition replaces or must not copy, and whether a value follows them. */
const REPLACED: ReadonlyMap<string, boolean> = new Map([
  ['--claims', true],
  ['--seed', true],
  ['--minutes', true],
  ['--out', true],
  ['--resume', true],
  ['--fail-on', true],
  ['--full', false],
  ['--list', false],
  ['--help', false],
]);

/** The command that measures the same again with the same seed: all of the run, or some of its claims. */
export function repeatCommand({ command, seed, minutes }: RunRecord, claims?: readonly string[]): string {
  const given = argumentsOf(command) ?? [];
  const chosen = claims?.join(',') ?? valueAfter('--claims', given);
  return formatCommand([
    ...(chosen === undefined ? [] : ['--claims', chosen]),
    ...kept(given),
    // A claim is to be tested by other draws; only the whole run is repeated with its own.
    ...(claims === undefined ? ['--seed', String(seed)] : []),
    '--minutes',
    String(minutes),
  ]);
}

function kept(given: readonly string[]): string[] {
  return given.filter((token, at) => !REPLACED.has(nameIn(token)) && !REPLACED.get(given[at - 1] ?? ''));
}

function nameIn(token: string): string {
  return token.split('=', 1)[0] ?? '';
}

function valueAfter(name: string, given: readonly string[]): string | undefined {
  const at = given.findLastIndex((token) => nameIn(token) === name);
  const token = given[at];
  return token?.includes('=') ? token.slice(name.length + 1) : given[at + 1 || given.length];
}
