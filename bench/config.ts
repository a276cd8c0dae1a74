import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { BenchError } from './errors.js';

function url(pattern: string, allowed: string) {
  return Type.Optional(Type.Refine(Type.String({ pattern, allowed }), (value) => URL.canParse(value)));
}

const Environment = Type.Object({
  PATH: Type.String({ default: '' }),
  ADMIN_TOKEN: Type.Optional(Type.String()),
  DEMO_PASSWORD: Type.Optional(Type.String()),
  REDIS_URL: url('^rediss?://.+', 'a URL like redis://127.0.0.1:6379'),
  DATABASE_URL: url('^postgres(ql)?://.+', 'a URL like postgres://user:password@127.0.0.1:5432/authscale'),
});

/**
 * What the environment says about the cluster that a run starts. The only reader of `process.env` in this folder.
 * @throws BenchError BAD_OPTION naming the key, what was given and what is allowed.
 */
export function readEnvironment(
  all: NodeJS.ProcessEnv = process.env,
): Static<typeof Environment> & { all: NodeJS.ProcessEnv } {
  const named = Object.fromEntries(Object.keys(Environment.properties).map((key) => [key, all[key] || undefined]));
  const env = Value.Default(Environment, Value.Clean(Environment, named));
  const [wrong] = Value.Errors(Environment, env);
  if (wrong) {
    const key = wrong.instancePath.slice(1) as keyof typeof Environment.properties;
    const { allowed } = Environment.properties[key] as { allowed?: string };
    throw new BenchError(
      'BAD_OPTION',
      `${key}: "${withoutPassword(all[key] ?? '')}" is not ${allowed ?? wrong.message}.`,
    );
  }
  return { ...(env as Static<typeof Environment>), all };
}

/** A URL as it may be shown: messages end up in reports. */
export function withoutPassword(url: string): string {
  return url.replace(/\/\/.*@/, '//');
}
