import { decodeJwt, decodeProtectedHeader, importJWK, type JWTHeaderParameters, SignJWT } from 'jose';
import type { JwtAlgorithm } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import type { LoadRequest } from '../load/load-result.js';

const BEARER = 'Bearer ';
/** `"doc-0001:read",` in the payload. */
export const BYTES_PER_CLAIM = 16;

/** The same requests with tokens that bear so many bytes of permissions more, as an issuer of fat tokens signs them. */
export async function withClaims(
  requests: readonly LoadRequest[],
  claimsBytes: number,
  cluster: Pick<Cluster, 'readTokenKey'>,
): Promise<readonly LoadRequest[]> {
  if (claimsBytes === 0) return requests;
  return Promise.all(
    requests.map(async ({ headers, ...request }) => {
      const token = (headers?.authorization ?? '').slice(BEARER.length);
      return { ...request, headers: { authorization: BEARER + (await withMoreClaims(token, claimsBytes, cluster)) } };
    }),
  );
}

/** A token that was issued, signed again. What else it says stays as it is. */
export async function withMoreClaims(
  token: string,
  claimsBytes: number,
  cluster: Pick<Cluster, 'readTokenKey'>,
): Promise<string> {
  const header = decodeProtectedHeader(token) as JWTHeaderParameters;
  const key = await importJWK(await cluster.readTokenKey(header.alg as JwtAlgorithm), header.alg);
  const permissions = Array.from(
    { length: Math.round(claimsBytes / BYTES_PER_CLAIM) },
    (_, at) => `doc-${`${at}`.padStart(4, '0')}:read`,
  );
  return new SignJWT({ ...decodeJwt(token), permissions }).setProtectedHeader(header).sign(key);
}
