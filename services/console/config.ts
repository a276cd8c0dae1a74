import Type, { type Static } from 'typebox';
import { SECRET_FILES, SERVED_STRATEGIES, STRATEGIES, type StrategyName } from '../contract.js';
import { type Environment, readEnvironment } from '../environment.js';
import { ConfigError } from '../errors.js';
import { readSecret } from '../secrets/secret-file.js';
import { httpUrl, port, redisUrl, secretsDir, text } from '../settings.js';

const secret = Type.Optional(Type.String({ minLength: 1, secret: true, description: 'a secret' }));

const Settings = Type.Object({
  HOST: text('127.0.0.1', 'an address to listen on'),
  PORT: port(8090),
  CONSOLE_HOSTS: Type.Optional(Type.String()),
  BALANCER_URL: httpUrl,
  PUBLIC_BALANCER_URL: Type.Optional(httpUrl),
  ADMIN_URL: httpUrl,
  REDIS_URL: Type.Optional(redisUrl),
  STRATEGIES: text(SERVED_STRATEGIES.join(','), 'strategies, separated by commas'),
  REPORTS_DIR: Type.Optional(Type.String()),
  SECRETS_DIR: secretsDir,
  ADMIN_TOKEN: secret,
  DEMO_PASSWORD: secret,
});

/** Everything a console can be told. */
export type ConsoleConfig = Awaited<ReturnType<typeof resolveConfig>>;

/** @throws ConfigError */
export function loadConsoleConfig(environment: Environment = process.env): Promise<ConsoleConfig> {
  return resolveConfig(readEnvironment(Settings, environment));
}

async function resolveConfig(settings: Static<typeof Settings>) {
  const { SECRETS_DIR: folder, ADMIN_TOKEN, DEMO_PASSWORD } = settings;
  return {
    listen: { host: settings.HOST, port: settings.PORT },
    /** What it is called beside its own address: values of the Host header, in lower case. */
    hosts: listOf(settings.CONSOLE_HOSTS ?? '').map((host) => host.toLowerCase()),
    balancerUrl: new URL(settings.BALANCER_URL).origin,
    /** As people reach it. */
    publicBalancerUrl: new URL(settings.PUBLIC_BALANCER_URL ?? settings.BALANCER_URL).origin,
    adminUrl: new URL(settings.ADMIN_URL).origin,
    redisUrl: settings.REDIS_URL ?? null,
    strategies: parseStrategies(settings.STRATEGIES),
    reportsFolder: settings.REPORTS_DIR ?? null,
    adminToken: ADMIN_TOKEN ?? (await readSecret(folder, SECRET_FILES.admin)),
    demoPassword: DEMO_PASSWORD ?? (await readSecret(folder, SECRET_FILES.demoPassword)),
    token: await readSecret(folder, SECRET_FILES.console),
    controlToken: await readSecret(folder, SECRET_FILES.control),
  };
}

function listOf(given: string): string[] {
  return given.split(',').flatMap((entry) => entry.trim() || []);
}

function parseStrategies(given: string): StrategyName[] {
  return listOf(given).map((name) => {
    if (Object.hasOwn(STRATEGIES, name)) return name as StrategyName;
    throw new ConfigError('STRATEGIES', JSON.stringify(name), Object.keys(STRATEGIES).join(', '));
  });
}
