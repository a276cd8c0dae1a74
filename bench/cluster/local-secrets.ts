import type { JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JwtAlgorithm, SECRET_FILES } from '../../services/contract.js';
import type { readEnvironment } from '../config.js';
import { type LocalSettings, secretsOf } from './local-parts.js';

/** What whoever starts a cluster needs to know of its secrets. */
export interface LocalSecrets {
  readonly adminToken: string;
  /** Holds it, readable to its user alone; undefined where ADMIN_TOKEN gave it. */
  readonly adminTokenFile: string | undefined;
  readonly demoPassword: string;
  /** Of who may act on the console's page. */
  readonly consoleToken: string;
}

/** Once the set-up has written them. */
export async function readLocalSecrets(
  settings: LocalSettings,
  { ADMIN_TOKEN, DEMO_PASSWORD }: ReturnType<typeof readEnvironment>,
): Promise<LocalSecrets> {
  const tokenFile = join(secretsOf(settings, 'balancer'), SECRET_FILES.admin);
  const passwordFile = join(secretsOf(settings, 'database-setup'), SECRET_FILES.demoPassword);
  const read = async (file: string) => (await readFile(file, 'utf8')).trim();
  return {
    adminToken: ADMIN_TOKEN ?? (await read(tokenFile)),
    adminTokenFile: ADMIN_TOKEN === undefined ? tokenFile : undefined,
    demoPassword: DEMO_PASSWORD ?? (await read(passwordFile)),
    consoleToken: await read(join(secretsOf(settings, 'console'), SECRET_FILES.console)),
  };
}

/** The private key of an algorithm, as a JWK. */
export async function readTokenKey(settings: LocalSettings, algorithm: JwtAlgorithm): Promise<JsonWebKey> {
  return JSON.parse(await readFile(join(secretsOf(settings, 'app'), `jwt-${algorithm}.json`), 'utf8'));
}
