import type { Static, TObject, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { ConfigError } from './errors.js';

/** Environment variables: every value is text or absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings that a schema names, each property one environment variable. An empty variable counts as absent, as
 * Compose passes unset ones on empty. A property's `description` says what is allowed; one marked `secret: true` is never shown.
 * @throws ConfigError for the first value that is missing or not allowed
 */
export function readEnvironment<Schema extends TObject>(schema: Schema, environment: Environment): Static<Schema> {
  const settings: Record<string, unknown> = {};
  for (const [key, property] of Object.entries<TSchema>(schema.properties)) {
    const given = environment[key] || undefined;
    const value = given === undefined ? Value.Default(property, undefined) : fromText(property, given);
    const isAbsent = value === undefined && !schema.required?.includes(key);
    if (!isAbsent && !Value.Check(property, value)) throw notAllowed(key, property, given);
    if (!isAbsent) settings[key] = value;
  }
  return settings as Static<Schema>;
}

function fromText(property: TSchema, given: string): unknown {
  const { type } = property as { type?: string };
  if (type === 'integer') return /^-?\d{1,15}$/.test(given) ? Number(given) : given;
  if (type === 'boolean') return given === 'true' ? true : given === 'false' ? false : given;
  return given;
}

function notAllowed(key: string, property: TSchema, given: string | undefined): ConfigError {
  const { description, secret } = property as { description?: string; secret?: boolean };
  const shown = secret ? 'a value not shown here' : JSON.stringify(given);
  return new ConfigError(key, given === undefined ? 'nothing' : shown, description ?? 'another value');
}
