import { randomUUID } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { UserView } from '../../contract.js';
import { type AccessClaims, type ClaimOptions, readClaims, refuse, toRules } from './claims.js';
import { SEAL_ENCRYPTION, type SealKeyring } from './seal-keys.js';

/** Tells a session from whatever else the key may be used for one day (RFC 8725 section 3.11). */
const SEAL_TYPE = 'session+jwt';

export interface Seals {
  /** A session that nobody without a key can read or change. */
  seal(user: UserView): Promise<string>;
  /** What it says; null for one that is not, or no longer, good. */
  open(sealed: string): Promise<AccessClaims | null>;
}

/** Sessions as encrypted JWTs (RFC 7516), whose header can only agree with what is fixed here beforehand. */
export function createSeals({ current, accepted }: SealKeyring, options: ClaimOptions, now: () => number): Seals {
  const rules = {
    ...toRules(options),
    typ: SEAL_TYPE,
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: [SEAL_ENCRYPTION],
  };
  const selectKey = ({ kid = '' }: { kid?: string }) => {
    const key = accepted.get(kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  };
  return {
    seal({ id, username, role }) {
      const issuedAtSeconds = now() / 1000;
      return new EncryptJWT({ username, role })
        .setProtectedHeader({ alg: 'dir', enc: SEAL_ENCRYPTION, typ: SEAL_TYPE, kid: current.kid })
        .setIssuer(options.issuer)
        .setAudience(options.audience)
        .setSubject(String(id))
        .setJti(randomUUID())
        .setIssuedAt(issuedAtSeconds)
        .setExpirationTime(Math.floor(issuedAtSeconds) + options.lifetimeSeconds)
        .encrypt(current.key);
    },
    async open(sealed) {
      const nowMs = now();
      try {
        const { payload } = await jwtDecrypt(sealed, selectKey, { ...rules, currentDate: new Date(nowMs) });
        return readClaims(payload, options, nowMs);
      } catch (error) {
        return refuse(error);
      }
    },
  };
}
