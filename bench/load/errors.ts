export abstract class LoadError extends Error {
  abstract readonly code: string;
}

export class LoginRefusedError extends LoadError {
  readonly code = 'LOGIN_REFUSED';

  constructor(
    readonly username: string,
    readonly status: number,
  ) {
    super(`login of ${username} was answered with ${status}`);
  }
}
