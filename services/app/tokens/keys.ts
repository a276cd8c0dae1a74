import { createSecretKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { JwtAlgorithm } from '../../contract.js';
import { ConfigError } from '../../errors.js';
import { readOptionalSecret, readSecret } from '../../secrets/secret-file.js';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** The members of a JWK that may be published (RFC 7518 section 6), by key type. A symmetric key has none. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly (keyof JWK)[]>> = {
  EC: ['kty', 'crv', 'x', 'y'],
  OKP: ['kty', 'crv', 'x'],
  RSA: ['kty', 'n', 'e'],
};

export interface TokenKeys {
  readonly algorithm: JwtAlgorithm;
  readonly kid: string;
  readonly signKey: CryptoKey;
  readonly verifyKey: CryptoKey;
  /** The symmetric key again, as `node:crypto` takes it; null for other algorithms. */
  readonly hmacKey: KeyObject | null;
  /** What others may verify with; null for a symmetric algorithm, whose verifiers could sign as well. */
  readonly publicJwk: JWK | null;
}

/** Which keys count. */
export interface TokenKeyring {
  /** Signs new tokens. */
  readonly current: TokenKeys;
  /** Verify tokens: the current ones, and those before or after them while keys are changed. */
  readonly accepted: readonly TokenKeys[];
}

/**
 * Reads `jwt-<alg>.json` and, where it is there, `jwt-<alg>-previous.json`. Keys become CryptoKeys here, once: from raw bytes each
 * verification would cost twice as much.
 * @throws ConfigError
 */
export async function loadTokenKeyring(secretsDir: string, algorithm: JwtAlgorithm): Promise<TokenKeyring> {
  const [file, previousFile] = [`jwt-${algorithm}.json`, `jwt-${algorithm}-previous.json`];
  const toKeys = async (name: string, text: string) => {
    try {
      return await importTokenKeys(algorithm, JSON.parse(text));
    } catch (error) {
      const given = `${JSON.stringify(secretsDir)} with a broken ${name}`;
      throw new ConfigError('SECRETS_DIR', given, `a ${algorithm} JWK there`, { cause: error });
    }
  };
  const current = await toKeys(file, await readSecret(secretsDir, file));
  const previousText = await readOptionalSecret(secretsDir, previousFile);
  const previous = previousText === null ? [] : [await toKeys(previousFile, previousText)];
  // Whoever has only copied the current key so far has nothing to accept beside it.
  return { current, accepted: [current, ...previous.filter(({ kid }) => kid !== current.kid)] };
}

/** The public keys that others may verify tokens with. */
export const publicJwks = ({ accepted }: TokenKeyring): JWK[] => accepted.flatMap(({ publicJwk }) => publicJwk ?? []);

export async function importTokenKeys(algorithm: JwtAlgorithm, jwk: JWK): Promise<TokenKeys> {
  if (jwk.kid === undefined || jwk.alg !== algorithm)
    throw new TypeError(`the JWK lacks kid or is not for ${algorithm}`);
  const publicJwk = toPublicJwk(jwk);
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) {
    const signKey = await crypto.subtle.importKey('raw', Uint8Array.from(key), HMAC, false, ['sign', 'verify']);
    return { algorithm, kid: jwk.kid, signKey, verifyKey: signKey, hmacKey: createSecretKey(key), publicJwk };
  }
  const verifyKey = (await importJWK(publicJwk ?? jwk, algorithm)) as CryptoKey;
  return { algorithm, kid: jwk.kid, signKey: key, verifyKey, hmacKey: null, publicJwk };
}

function toPublicJwk(jwk: JWK): JWK | null {
  const members = PUBLIC_MEMBERS[jwk.kty ?? ''];
  if (members === undefined) return null;
  const published = Object.fromEntries(members.map((member) => [member, jwk[member]]));
  return { ...published, kid: jwk.kid, alg: jwk.alg, use: 'sig' } as JWK;
}
