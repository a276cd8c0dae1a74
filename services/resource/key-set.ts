import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { Unavailable } from '../app/errors.js';

/** After a fetch that failed, requests are refused for so long without waiting for another one. */
const PAUSE_MS = 1000;

export interface KeySetOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** How long after a fetch a key id that is not known is taken for a wrong one. */
  readonly cooldownMs: number;
  /** How often the keys are fetched again, so that one which is given up is dropped here, too. */
  readonly refreshMs: number;
}

export interface KeySet {
  /** The public key that a token's header names. Throws `Unavailable` where the issuer does not answer and the key is not known. */
  readonly selectKey: JWTVerifyGetKey;
  /** How often the issuer was asked. */
  fetches(): number;
  close(): void;
}

/** The issuer's public keys, fetched when first needed. While it does not answer, the keys that are known stay good. */
export function createKeySet({ url, timeoutMs, cooldownMs, refreshMs }: KeySetOptions, now: () => number): KeySet {
  let fetches = 0;
  let pausedUntilMs = 0;
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    // Left to jose, a request would wait for the keys when they are old, and fail where they cannot be had.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: async (address, options) => {
      if (now() < pausedUntilMs) throw new Error('the key set did not answer just now');
      fetches++;
      return fetch(address, options);
    },
  });
  const noteFailure = () => {
    if (now() >= pausedUntilMs) pausedUntilMs = now() + PAUSE_MS;
  };
  const refreshing = setInterval(() => void remote.reload().catch(noteFailure), refreshMs).unref();
  return {
    async selectKey(header, token) {
      // Without an id jose would take any key that fits.
      if (header?.kid === undefined) throw new errors.JWKSNoMatchingKey();
      try {
        return await remote(header, token);
      } catch (error) {
        if (isFaultOfToken(error)) throw error;
        noteFailure();
        throw new Unavailable('key set of the issuer', error);
      }
    },
    fetches: () => fetches,
    close: () => clearInterval(refreshing),
  };
}

const isFaultOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
