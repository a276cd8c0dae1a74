/** What the console answers instead of doing what it was asked. */
export abstract class ConsoleError extends Error {
  abstract readonly code: string;
  abstract readonly statusCode: number;
}

export class BadAct extends ConsoleError {
  readonly code = 'bad_act';
  readonly statusCode = 400;
}

export class Forbidden extends ConsoleError {
  readonly code = 'forbidden';
  readonly statusCode = 403;
}

export class NotFound extends ConsoleError {
  readonly code = 'not_found';
  readonly statusCode = 404;
}

/** It is possible in general, not as things are. */
export class CannotNow extends ConsoleError {
  readonly code = 'cannot_now';
  readonly statusCode = 409;
}

export class TooLarge extends ConsoleError {
  readonly code = 'too_large';
  readonly statusCode = 413;
}

export class UnsupportedMediaType extends ConsoleError {
  readonly code = 'unsupported_media_type';
  readonly statusCode = 415;
}
