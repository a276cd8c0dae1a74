import Type from 'typebox';
import { type Environment, readEnvironment } from '../environment.js';
import { flag } from '../settings.js';

const Settings = Type.Object({
  SECRETS_DIR: Type.String({
    minLength: 1,
    description: 'a directory to keep the secrets in, in a folder for each reader',
  }),
  /** For a volume that containers with different users mount: who mounts it may read it. */
  SECRETS_SHARED: flag(false),
});

/** @throws ConfigError */
export function loadSecretsConfig(environment: Environment = process.env) {
  const settings = readEnvironment(Settings, environment);
  return { directory: settings.SECRETS_DIR, isShared: settings.SECRETS_SHARED };
}
