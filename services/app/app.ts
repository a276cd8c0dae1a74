import type { Logger } from 'pino';
import { BASELINE, ROUTES, type UserView } from '../contract.js';
import { limitFailedSignIns } from './accounts/failed-sign-ins.js';
import { handleInCohorts } from './cohorts.js';
import { answerErrors } from './error-replies.js';
import { createPublicServer } from './public-server.js';
import type { Resources } from './resources.js';
import { mountAdmin } from './routes/admin.js';
import { createAuthenticate } from './routes/authenticate.js';
import { createBenchCheck } from './routes/bench-token.js';
import { mountCredentials } from './routes/credentials.js';
import { mountJwks } from './routes/jwks.js';
import { mountMe } from './routes/me.js';
import type { Mount, Scope } from './routes/mount.js';
import { mountPosts } from './routes/posts.js';
import { strategies } from './strategies/index.js';
import type { Strategy } from './strategies/strategy.js';
import { observeTraffic, type Traffic } from './traffic.js';

const HANDLER_TIMEOUT_MS = 5000;
const BASELINE_USER: UserView = { id: 1, username: 'user1', role: 'user' };

export interface App {
  readonly server: Scope;
  readonly traffic: Traffic;
  readonly mounted: ReadonlyMap<string, Strategy>;
}

/** The public listener, ready to listen: every strategy under its prefix, each with the same routes. */
export async function buildApp(resources: Resources, log: Logger, isDraining: () => boolean): Promise<App> {
  const { config, keyring } = resources;
  const server = createPublicServer(config, (reply) => traffic.stampUnrouted(reply));
  handleInCohorts(server, config.cohortLimit);
  const traffic = observeTraffic(server, config.instanceId, isDraining);
  answerErrors(server, traffic, log);
  server.decorateRequest('user');
  server.addHook('onRoute', (route) => {
    // The timer costs 2 µs. `/me` waits for nothing but the session store, and each store limits its own answers.
    if (!route.url.endsWith(ROUTES.me)) route.handlerTimeout = HANDLER_TIMEOUT_MS;
  });

  const isBench = createBenchCheck(config.benchToken);
  const failedSignIns = await limitFailedSignIns(
    server,
    resources.backends.redis?.client ?? null,
    config.failedSignIns,
    isBench,
  );
  const mounted = new Map<string, Strategy>();
  const revokeEverywhere: Mount['revokeEverywhere'] = async (userId, because) => {
    await Promise.all([...mounted.values()].map((strategy) => strategy.revoke(userId, because)));
  };
  const shared = { resources, failedSignIns, isBench, revokeEverywhere };
  for (const name of config.strategies) {
    const mount = async (scope: Scope) => {
      const strategy = await strategies[name](scope, resources);
      mountRoutes(scope, strategy, { ...shared, authenticate: createAuthenticate(strategy) });
      mounted.set(name, strategy);
    };
    await server.register(mount, { prefix: `/${name}` });
  }
  if (keyring !== null) mountJwks(server, keyring);
  if (config.benchToken !== null) {
    const authenticate = createAuthenticate({ identify: () => BASELINE_USER });
    await server.register(async (scope: Scope) => mountMe(scope, { authenticate }), { prefix: `/${BASELINE}` });
  }
  return { server, traffic, mounted };
}

function mountRoutes(scope: Scope, strategy: Strategy, mount: Mount): void {
  mountCredentials(scope, strategy, mount);
  mountMe(scope, mount);
  mountPosts(scope, mount);
  mountAdmin(scope, mount);
  strategy.mountRoutes?.(scope, mount);
}
