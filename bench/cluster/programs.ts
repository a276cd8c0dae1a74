import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where packages of servers put their programs; the PATH of an ordinary user often leaves them out. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin'];

/** The first of the programs that is installed, or undefined. */
export function findProgram(path: string, names: readonly string[]): string | undefined {
  return [...path.split(delimiter), ...SERVER_FOLDERS]
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((candidate) => existsSync(candidate));
}
