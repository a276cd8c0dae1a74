import { mkdir } from 'node:fs/promises';
import { ConfigError } from '../errors.js';
import { runMain } from '../process.js';
import { loadSecretsConfig } from './config.js';
import { newSecrets } from './new-secrets.js';
import { createSecret } from './secret-file.js';

/** Creates the secrets that are missing and leaves those that exist alone. */
await runMain(async () => {
  const { directory, isShared } = loadSecretsConfig();
  try {
    await mkdir(directory, { recursive: true, mode: isShared ? 0o755 : 0o700 });
    const created: string[] = [];
    for (const [file, newText] of Object.entries(newSecrets)) {
      if (await createSecret(directory, file, await newText(), isShared ? 0o644 : 0o600)) created.push(file);
    }
    process.stdout.write(`${created.length} of ${Object.keys(newSecrets).length} secrets created in ${directory}\n`);
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
