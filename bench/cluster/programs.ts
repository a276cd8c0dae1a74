import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of the programs that is installed, or undefined. */
export function findProgram(path: string, names: readonly string[]): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((candidate) => existsSync(candidate));
}
