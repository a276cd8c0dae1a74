import { AppError } from '../app/errors.js';

/** RFC 6750 section 3: a challenge has a parameter, and names no error where no token was tried. */
export class TokenMissing extends AppError {
  readonly code = 'token_missing';
  readonly statusCode = 401;
  override readonly challenge = 'Bearer realm="authscale"';
  constructor() {
    super('An access token is needed.');
  }
}

export class TokenRefused extends AppError {
  readonly code = 'invalid_token';
  readonly statusCode = 401;
  override readonly challenge = 'Bearer realm="authscale", error="invalid_token"';
  constructor() {
    super('The access token is not good (any more).');
  }
}
