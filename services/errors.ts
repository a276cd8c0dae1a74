/** A setting that a process cannot start with. Its message is one line that names the key, what was given and what is allowed. */
export class ConfigError extends Error {
  readonly code = 'config';

  constructor(key: string, given: string, allowed: string, options?: ErrorOptions) {
    super(`${key}: ${given} was given, allowed is ${allowed}`, options);
    this.name = 'ConfigError';
  }
}
