import { randomBytes } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../errors.js';

/**
 * Text of one file in SECRETS_DIR.
 * @throws ConfigError when it cannot be read or is empty
 */
export async function readSecret(directory: string, file: string): Promise<string> {
  try {
    const text = (await readFile(path.join(directory, file), 'utf8')).trim();
    if (text === '') throw Object.assign(new Error(`${file} is empty`), { code: 'empty' });
    return text;
  } catch (error) {
    const reason = errorCode(error) ?? 'unreadable';
    const given = `${JSON.stringify(directory)}, where ${file} cannot be read (${reason}),`;
    throw new ConfigError('SECRETS_DIR', given, 'a directory that the secrets process has filled', { cause: error });
  }
}

/**
 * The same for a file that need not be there.
 * @returns null without it
 */
export async function readOptionalSecret(directory: string, file: string): Promise<string | null> {
  try {
    return await readSecret(directory, file);
  } catch (error) {
    if (error instanceof ConfigError && errorCode(error.cause) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Gives all folders the same secret. One that a folder has already is kept; of several set-ups at once, the first folder's file
 * decides for all of them.
 * @returns whether it is new
 */
export async function shareSecret(
  [first = '', ...others]: readonly string[],
  file: string,
  { newText, mode }: { readonly newText: () => Promise<string>; readonly mode: number },
): Promise<boolean> {
  const known = await findSecret([first, ...others], file);
  const isCreated = await createSecret(first, file, known ?? (await newText()), mode);
  const text = await readSecret(first, file);
  for (const other of others) await createSecret(other, file, text, mode);
  return isCreated && known === undefined;
}

async function findSecret(folders: readonly string[], file: string): Promise<string | undefined> {
  const texts = await Promise.all(folders.map((folder) => readSecret(folder, file).catch(() => undefined)));
  return texts.find((text) => text !== undefined);
}

/**
 * Creates a secret unless it exists, whole or not at all: the text is written beside it and then linked to its name, which
 * fails where the name is taken. So of several processes that start at once, all end up with the same secret.
 * @returns whether this call created it
 */
async function createSecret(directory: string, file: string, text: string, mode: number): Promise<boolean> {
  const target = path.join(directory, file);
  const draft = `${target}.${randomBytes(6).toString('hex')}.draft`;
  try {
    await writeFile(draft, text, { mode, flag: 'wx', flush: true });
    await link(draft, target);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => {});
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
