import { JWKS_PATH } from '../../contract.js';
import { publicJwks, type TokenKeyring } from '../tokens/keys.js';
import type { Scope } from './mount.js';

/** The public keys, for services that verify tokens themselves (RFC 7517 section 5). Symmetric keys have no public part. */
export function mountJwks(scope: Scope, keyring: TokenKeyring): void {
  const keys = publicJwks(keyring);
  if (keys.length === 0) return;
  scope.get(JWKS_PATH, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300').send({ keys });
  });
}
