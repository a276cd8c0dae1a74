import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SECRET_READERS } from '../contract.js';
import { ConfigError } from '../errors.js';
import { runMain } from '../process.js';
import { loadSecretsConfig } from './config.js';
import { newSecrets } from './new-secrets.js';
import { shareSecret } from './secret-file.js';

/** Creates the secrets that are missing, leaves those that exist alone, and gives each reader a folder with its own. */
await runMain(async () => {
  const { directory, isShared } = loadSecretsConfig();
  try {
    for (const reader of Object.keys(SECRET_READERS)) {
      await mkdir(path.join(directory, reader), { recursive: true, mode: isShared ? 0o755 : 0o700 });
    }
    let created = 0;
    for (const [file, newText] of Object.entries(newSecrets)) {
      const isNew = await shareSecret(foldersOf(directory, file), file, { newText, mode: isShared ? 0o644 : 0o600 });
      if (isNew) created++;
    }
    process.stdout.write(`${created} of ${Object.keys(newSecrets).length} secrets created in ${directory}\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      'SECRETS_DIR',
      `${JSON.stringify(directory)} (${reason})`,
      'a directory that can be written to',
      {
        cause: error,
      },
    );
  }
});

function foldersOf(directory: string, file: string): string[] {
  const readers = Object.entries<readonly string[]>(SECRET_READERS).filter(([, files]) => files.includes(file));
  return readers.map(([reader]) => path.join(directory, reader));
}
