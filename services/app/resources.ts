import type { Logger } from 'pino';
import { SECRET_FILES, STRATEGIES } from '../contract.js';
import { readOptionalSecret, readSecret } from '../secrets/secret-file.js';
import { createDirectory, type Directory } from './accounts/directory.js';
import { FairQueue } from './accounts/fair-queue.js';
import { createPasswords, type Passwords } from './accounts/passwords.js';
import { type Backends, closeBackends, openBackends } from './backends/index.js';
import type { Config } from './config.js';
import { createPostTable, type PostTable } from './posts/post-table.js';
import { loadTokenKeyring, type TokenKeyring } from './tokens/keys.js';

/** What strategies and routes share, made once per instance. */
export interface Resources {
  readonly config: Config;
  readonly backends: Backends;
  readonly directory: Directory;
  readonly posts: PostTable;
  readonly passwords: Passwords;
  /** In which sign-ins wait for their password check. Each takes a thread of libuv's pool, where token signatures are checked too. */
  readonly checkQueue: FairQueue;
  /** Signs session cookies, at least 32 characters. */
  readonly sessionSecret: string;
  /** Of who may kill and freeze this instance; null where nobody may. */
  readonly controlToken: string | null;
  /** Signs and verifies tokens; null where no enabled strategy issues any. */
  readonly keyring: TokenKeyring | null;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Opens what the enabled strategies need. No backend has to answer for this to succeed.
 * @throws ConfigError for a missing secret
 */
export async function openResources(config: Config, log: Logger, now: () => number = Date.now): Promise<Resources> {
  const traits = config.strategies.map((name) => STRATEGIES[name]);
  const needsTokens = traits.some(({ credential }) => credential === 'bearer');

  const sessionSecret = await readSecret(config.secretsDir, SECRET_FILES.session);
  const keyring = needsTokens ? await loadTokenKeyring(config.secretsDir, config.tokens.algorithm) : null;
  const needed = traits.flatMap(({ needs }) => needs);
  const backends = await openBackends(needed, config, log, now);
  const { database } = backends;
  return {
    config,
    backends,
    directory: createDirectory(database),
    posts: createPostTable(database),
    passwords: createPasswords(config.passwords),
    checkQueue: new FairQueue(config.passwords),
    sessionSecret,
    controlToken: await readOptionalSecret(config.secretsDir, SECRET_FILES.control),
    keyring,
    log,
    now,
  };
}

export const closeResources = ({ backends }: Resources): Promise<void> => closeBackends(backends);
