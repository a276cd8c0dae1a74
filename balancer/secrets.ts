import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './errors.js';

const LEAST_CHARACTERS = 16;

/**
 * What the environment says itself, or else the text of a file in SECRETS_DIR.
 * @throws ConfigError which never shows what was found
 */
export function resolveSecret<Key extends string>(
  key: Key,
  values: { readonly [K in Key | 'SECRETS_DIR']?: string },
  file: string,
): string {
  const { [key]: given, SECRETS_DIR } = values;
  if (given !== undefined) return given;
  if (SECRETS_DIR === undefined) {
    throw new ConfigError(
      key,
      undefined,
      `at least ${LEAST_CHARACTERS} characters, or a SECRETS_DIR that holds ${file}`,
    );
  }
  const secret = readText(join(SECRETS_DIR, file));
  if (secret.length >= LEAST_CHARACTERS) return secret;
  const allowed = `a directory whose ${file} holds at least ${LEAST_CHARACTERS} characters`;
  throw new ConfigError('SECRETS_DIR', SECRETS_DIR, allowed);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
