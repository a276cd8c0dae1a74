import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, generateSecret, type JWK } from 'jose';
import { JWT_ALGORITHMS, type JwtAlgorithm, SECRET_FILES } from '../contract.js';

type NewText = () => Promise<string>;

const random =
  (sizeBytes: number): NewText =>
  async () =>
    randomBytes(sizeBytes).toString('base64url');

/** How the text of each file comes to be. */
export const newSecrets: Readonly<Record<string, NewText>> = {
  [SECRET_FILES.session]: random(48),
  [SECRET_FILES.seal]: async () => JSON.stringify(await newSealJwk()),
  [SECRET_FILES.affinity]: random(48),
  [SECRET_FILES.admin]: random(24),
  [SECRET_FILES.database]: random(24),
  [SECRET_FILES.peer]: random(48),
  [SECRET_FILES.demoPassword]: random(9),
  [SECRET_FILES.console]: random(24),
  [SECRET_FILES.control]: random(24),
  ...Object.fromEntries(
    JWT_ALGORITHMS.map((algorithm) => [`jwt-${algorithm}.json`, async () => JSON.stringify(await newJwk(algorithm))]),
  ),
};

/** For direct encryption (RFC 7518 section 4.5), with a random id. */
export async function newSealJwk(): Promise<JWK> {
  const key = await generateSecret('A256GCM', { extractable: true });
  return {
    ...(await exportJWK(key)),
    alg: 'dir',
    kid: randomBytes(8).toString('base64url'),
    use: 'enc',
  };
}

/** A private key, or for HMAC a symmetric one, with its algorithm and a random id. */
export async function newJwk(algorithm: JwtAlgorithm): Promise<JWK> {
  const key =
    algorithm === 'HS256'
      ? await generateSecret(algorithm, { extractable: true })
      : (await generateKeyPair(algorithm, { extractable: true })).privateKey;
  return { ...(await exportJWK(key)), alg: algorithm, kid: randomBytes(8).toString('base64url'), use: 'sig' };
}
