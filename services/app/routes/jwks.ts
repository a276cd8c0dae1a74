import type { AccessTokens } from '../tokens/access-tokens.js';
import type { Scope } from './mount.js';

const PATH = '/.well-known/jwks.json';

/** The public key, for services that verify tokens themselves (RFC 7517 section 5). Symmetric keys have no public part. */
export function mountJwks(scope: Scope, { publicJwk }: AccessTokens): void {
  if (publicJwk === null) return;
  scope.get(PATH, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300').send({ keys: [publicJwk] });
  });
}
