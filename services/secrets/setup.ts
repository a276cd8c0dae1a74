import { mkdir } from 'node:fs/promises';
import Type from 'typebox';
import { readEnvironment } from '../environment.js';
import { ConfigError } from '../errors.js';
import { runMain } from '../process.js';
import { flag } from '../settings.js';
import { newSecrets } from './new-secrets.js';
import { createSecret } from './secret-file.js';

const Settings = Type.Object({
  SECRETS_DIR: Type.String({ minLength: 1, description: 'a directory to keep the secrets in' }),
  /** For a volume that containers with different users share: the directory is then what keeps others out. */
  SECRETS_SHARED: flag(false),
});

/** Creates the secrets that are missing and leaves those that exist alone. */
await runMain(async () => {
  const { SECRETS_DIR: directory, SECRETS_SHARED: isShared } = readEnvironment(Settings, process.env);
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
