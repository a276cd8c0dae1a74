import Type from 'typebox';
import { type Environment, readEnvironment } from '../environment.js';
import { databaseUrl, flag, passwordCost, port, resolvePasswordCost, secretsDir, text, whole } from '../settings.js';

const SetupSettings = Type.Object({
  DATABASE_URL: databaseUrl,
  /** How long to wait for a database that is still starting. */
  DATABASE_WAIT_SECONDS: whole(10, 0, 600),
  SECRETS_DIR: Type.Optional(secretsDir),
  DEMO_PASSWORD: Type.Optional(Type.String({ minLength: 1, maxLength: 1000, secret: true, description: 'a password' })),
  /** Whether sessions outlive a crash of the server. */
  SESSIONS_LOGGED: flag(true),
  ...passwordCost,
});

/** @throws ConfigError */
export function loadSetupConfig(environment: Environment = process.env) {
  const settings = readEnvironment(SetupSettings, environment);
  return {
    databaseUrl: settings.DATABASE_URL,
    waitSeconds: settings.DATABASE_WAIT_SECONDS,
    secretsDir: settings.SECRETS_DIR,
    demoPassword: settings.DEMO_PASSWORD,
    sessionsLogged: settings.SESSIONS_LOGGED,
    passwordCost: resolvePasswordCost(settings),
  };
}

const EmbeddedSettings = Type.Object({
  DATABASE_HOST: text('127.0.0.1', 'an address to listen on'),
  DATABASE_PORT: port(0),
});

/** @throws ConfigError */
export function loadEmbeddedConfig(environment: Environment = process.env) {
  const settings = readEnvironment(EmbeddedSettings, environment);
  return { host: settings.DATABASE_HOST, port: settings.DATABASE_PORT };
}
