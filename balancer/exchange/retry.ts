/** How one attempt to have an upstream answer has failed. */
export type FailureKind =
  /** No connection: nothing of the request was sent. */
  | 'connect'
  /** The connection ended, or made no sense, before response headers. */
  | 'reset'
  | 'bad-response'
  | 'timeout'
  /** After response headers, the client has seen part of the response. */
  | 'truncated';

export interface FailedAttempt {
  readonly kind: FailureKind;
  readonly method: string;
  /** The body can be sent again: there is none, or it is held whole, or none of it has been read. */
  readonly bodyReplayable: boolean;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
}

/** Retries beyond this number only multiply an overload. */
export const MAX_RETRIES = 2;

/** Methods whose repetition a client cannot tell from one request (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A request that never left may be repeated whatever its method. One that an upstream may have acted on is repeated only
 * if it is safe; once headers have come, never.
 */
export function isRetryable({ kind, method, bodyReplayable, attempts }: FailedAttempt): boolean {
  if (attempts > MAX_RETRIES || !bodyReplayable) return false;
  if (kind === 'connect') return true;
  return kind === 'reset' && SAFE_METHODS.has(method);
}

/**
 * A token bucket: each request pays in a fraction of a retry, each retry takes one out. A dead instance costs a few
 * retries; when all are failing, retries add at most `ratio` to the load. The reserve lets a quiet balancer retry at all.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #tokens: number;

  constructor({ ratio = 0.2, reserve = 100 }: { ratio?: number; reserve?: number } = {}) {
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#tokens = reserve;
  }

  deposit(): void {
    if (this.#tokens < this.#reserve) this.#tokens += this.#ratio;
  }

  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
