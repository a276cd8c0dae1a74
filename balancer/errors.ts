/** What a client is told in the balancer's own name. Where it has seen the head of a response, its connection is cut instead. */
export interface Refusal {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
  /** Where to go instead. */
  readonly location?: string;
}

export const REQUEST_TIMEOUT: Refusal = {
  statusCode: 408,
  code: 'REQUEST_TIMEOUT',
  message: 'the request did not come in time',
};
export const MALFORMED_BODY: Refusal = {
  statusCode: 400,
  code: 'BAD_REQUEST',
  message: 'a body that is not well-formed',
};

/** What the balancer itself refuses. Each is answered to the client with `statusCode`; the connection fate is the caller's. */
export abstract class BalancerError extends Error implements Refusal {
  abstract readonly code: string;
  readonly statusCode: number = 500;
}

/** Stands for what was given where that is a secret, however wrong it is. */
export const HIDDEN = Symbol('a value not shown here');

/** One line: the key, what was given, what is allowed. The process exits with 2. */
export class ConfigError extends BalancerError {
  readonly code = 'CONFIG';

  constructor(key: string, given: string | typeof HIDDEN | undefined, allowed: string) {
    const shown = typeof given === 'symbol' ? given.description : JSON.stringify(given);
    super(`${key}: got ${shown ?? 'nothing'}, allowed: ${allowed}`);
  }
}

export class ListenError extends BalancerError {
  readonly code = 'LISTEN';
}

export class BadRequest extends BalancerError {
  readonly code = 'BAD_REQUEST';
  override readonly statusCode = 400;
}

export class SeeConsole extends BalancerError {
  readonly code = 'SEE_CONSOLE';
  override readonly statusCode = 302;

  constructor(readonly location: string) {
    super(`the page to look at is ${location}`);
  }
}

export class MethodNotAllowed extends BalancerError {
  readonly code = 'METHOD_NOT_ALLOWED';
  override readonly statusCode = 405;
}

export class BodyTooLarge extends BalancerError {
  readonly code = 'BODY_TOO_LARGE';
  override readonly statusCode = 413;

  constructor(maxBytes: number) {
    super(`a request body is limited to ${maxBytes} bytes`);
  }
}

export class NoUpstream extends BalancerError {
  readonly code = 'NO_UPSTREAM';
  override readonly statusCode = 503;
}

export class Overloaded extends BalancerError {
  readonly code = 'OVERLOADED';
  override readonly statusCode = 503;
}

export class Unauthorized extends BalancerError {
  readonly code = 'UNAUTHORIZED';
  override readonly statusCode = 401;
}

export class Forbidden extends BalancerError {
  readonly code = 'FORBIDDEN';
  override readonly statusCode = 403;
}

export class UnsupportedMediaType extends BalancerError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  override readonly statusCode = 415;
}

export class NotFound extends BalancerError {
  readonly code = 'NOT_FOUND';
  override readonly statusCode = 404;
}
