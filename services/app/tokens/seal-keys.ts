import { type CryptoKey, importJWK, type JWK } from 'jose';
import { SECRET_FILES } from '../../contract.js';
import { ConfigError } from '../../errors.js';
import { readOptionalSecret, readSecret } from '../../secrets/secret-file.js';

export const SEAL_ENCRYPTION = 'A256GCM';
const KEY_BYTES = 32;
const PREVIOUS_FILE = SECRET_FILES.seal.replace('.json', '-previous.json');

export interface SealKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

/** Which keys count. */
export interface SealKeyring {
  /** Seals. */
  readonly current: SealKey;
  /** Open, by their id: the current one, and the one before or after it while keys are changed. */
  readonly accepted: ReadonlyMap<string, CryptoKey>;
}

/**
 * Reads `seal-key.json` and, where it is there, `seal-key-previous.json`.
 * @throws ConfigError
 */
export async function loadSealKeyring(secretsDir: string): Promise<SealKeyring> {
  const toKey = async (file: string, text: string) => {
    try {
      return await importSealKey(JSON.parse(text));
    } catch (error) {
      const given = `${JSON.stringify(secretsDir)} with a broken ${file}`;
      throw new ConfigError('SECRETS_DIR', given, `a JWK of ${KEY_BYTES} bytes there`, { cause: error });
    }
  };
  const current = await toKey(SECRET_FILES.seal, await readSecret(secretsDir, SECRET_FILES.seal));
  const previousText = await readOptionalSecret(secretsDir, PREVIOUS_FILE);
  const previous = previousText === null ? [] : [await toKey(PREVIOUS_FILE, previousText)];
  return { current, accepted: new Map([...previous, current].map(({ kid, key }) => [kid, key])) };
}

/** A CryptoKey, once: from raw bytes each cookie would import it again. */
async function importSealKey(jwk: JWK): Promise<SealKey> {
  const bytes = await importJWK(jwk, 'dir');
  if (jwk.kid === undefined || !(bytes instanceof Uint8Array) || bytes.length !== KEY_BYTES)
    throw new TypeError('the JWK lacks kid or is of another size');
  const key = await crypto.subtle.importKey('raw', Uint8Array.from(bytes), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { kid: jwk.kid, key };
}
