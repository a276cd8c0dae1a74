import { CART } from '../contract.js';

/** A refusal with the literal code that clients program against. `errors.ts` and `error-replies.ts` are its only way to HTTP. */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly statusCode: number;
  /** Seconds after which another try makes sense. */
  readonly retryAfterSeconds: number | null = null;
  /** What a request would have to bring, for `WWW-Authenticate` (RFC 9110 section 11.6.1). */
  readonly challenge: string | null = null;
}

export class NotSignedIn extends AppError {
  readonly code = 'not_signed_in';
  readonly statusCode = 401;
  constructor(options?: ErrorOptions) {
    super('Sign in first.', options);
  }
}

/** One error for a wrong password and an unknown user: which of the two it was must not be told. */
export class WrongCredentials extends AppError {
  readonly code = 'wrong_credentials';
  readonly statusCode = 401;
  constructor() {
    super('Unknown user or wrong password.');
  }
}

export class Forbidden extends AppError {
  readonly code = 'forbidden';
  readonly statusCode = 403;
}

/** The token is good, but was issued for less (RFC 6750 section 3.1). */
export class InsufficientScope extends AppError {
  readonly code = 'insufficient_scope';
  readonly statusCode = 403;
  override readonly challenge: string;
  constructor(needed: string) {
    super(`The token's scope does not include ${needed}.`);
    this.challenge = `Bearer error="insufficient_scope", scope="${needed}"`;
  }
}

/** One error for a refresh token that never was, has expired or was used before: which of them must not be told. */
export class RefreshRefused extends AppError {
  readonly code = 'invalid_refresh_token';
  readonly statusCode = 401;
  constructor() {
    super('The refresh token is not good (any more). Sign in again.');
  }
}

/** Without him nobody could make another one. */
export class LastAdmin extends AppError {
  readonly code = 'last_admin';
  readonly statusCode = 409;
  constructor() {
    super('The last admin stays one. Make somebody else an admin first.');
  }
}

export class NotFound extends AppError {
  readonly code = 'not_found';
  readonly statusCode = 404;
}

export class InsecureTransport extends AppError {
  readonly code = 'insecure_transport';
  readonly statusCode = 400;
  constructor() {
    super('The session cookie is Secure, and this request did not come over https.');
  }
}

/** Sessions of the strategy are made of what a request brings: a password, or the request itself. */
export class CannotMint extends AppError {
  readonly code = 'cannot_mint';
  readonly statusCode = 501;
  constructor(because: string) {
    super(`No session can be made here: ${because}.`);
  }
}

/** The strategy's credential is all there is: nothing on the server that a cart could be kept in. */
export class NoSessionState extends AppError {
  readonly code = 'no_session_state';
  readonly statusCode = 409;
  constructor() {
    super('This strategy keeps no state for a session. Keep a cart in the database, by user, or at the client.');
  }
}

/** Browsers drop a larger cookie and say nothing (RFC 6265 section 6.1). */
export class SessionTooLarge extends AppError {
  readonly code = 'session_too_large';
  readonly statusCode = 409;
  constructor(sizeBytes: number, limitBytes: number) {
    super(`The session takes a cookie of ${sizeBytes} bytes, and browsers keep no more than ${limitBytes}.`);
  }
}

export class CartFull extends AppError {
  readonly code = 'cart_full';
  readonly statusCode = 409;
  constructor() {
    super(`A cart holds at most ${CART.itemLimit} items.`);
  }
}

/** So many sign-ins of this user from this address have failed that the next one has to wait. */
export class TooManyFailures extends AppError {
  readonly code = 'too_many_failures';
  readonly statusCode = 429;
  override readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super('Too many failed sign-ins. Try again later.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** More password checks are waiting than the queue holds. */
export class Overloaded extends AppError {
  readonly code = 'overloaded';
  readonly statusCode = 503;
  override readonly retryAfterSeconds = 1;
  constructor() {
    super('Too many sign-ins at once. Try again shortly.');
  }
}

/** Redis or PostgreSQL did not answer in time. */
export class Unavailable extends AppError {
  readonly code = 'unavailable';
  readonly statusCode = 503;
  override readonly retryAfterSeconds = 1;
  constructor(what: string, cause: unknown) {
    super(`The ${what} does not answer.`, { cause });
  }
}
