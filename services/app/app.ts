import type { Logger } from 'pino';
import { BASELINE, HEADERS, ROUTES, STRATEGIES, type UserView } from '../contract.js';
import { limitFailedSignIns } from './accounts/failed-sign-ins.js';
import { createPasswordCheck } from './accounts/password-check.js';
import { handleInCohorts } from './cohorts.js';
import { answerErrors } from './error-replies.js';
import { createPublicServer } from './public-server.js';
import type { Resources } from './resources.js';
import { mountAccount } from './routes/account.js';
import { mountAdmin } from './routes/admin.js';
import { createAuthenticate } from './routes/authenticate.js';
import { mountBench } from './routes/bench.js';
import { mountCart } from './routes/cart.js';
import { mountCredentials } from './routes/credentials.js';
import { mountJwks } from './routes/jwks.js';
import { mountMe } from './routes/me.js';
import type { Mount, Scope } from './routes/mount.js';
import { mountPosts } from './routes/posts.js';
import { createTokenCheck } from './routes/token-check.js';
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

  const isBench = createTokenCheck(HEADERS.benchToken, config.benchToken);
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
  const checkPassword = createPasswordCheck(resources, failedSignIns);
  const shared = { resources, checkPassword, isBench, revokeEverywhere };
  for (const name of config.strategies) {
    const mount = async (scope: Scope) => {
      const strategy = await strategies[name](scope, { ...resources, checkPassword });
      const takesPassword = STRATEGIES[name].credential === 'password';
      mountRoutes(scope, strategy, { ...shared, takesPassword, authenticate: createAuthenticate(strategy) });
      mounted.set(name, strategy);
    };
    await server.register(mount, { prefix: `/${name}` });
  }
  if (keyring !== null) mountJwks(server, keyring);
  if (config.benchToken !== null) {
    const authenticate = createAuthenticate({ identify: () => BASELINE_USER });
    for (const prefix of [`/${BASELINE}`, `/${BASELINE}/:routing`]) {
      await server.register(async (scope: Scope) => mountMe(scope, { authenticate }), { prefix });
    }
  }
  return { server, traffic, mounted };
}

function mountRoutes(scope: Scope, strategy: Strategy, mount: Mount): void {
  mountCredentials(scope, strategy, mount);
  mountMe(scope, mount);
  mountPosts(scope, mount);
  mountCart(scope, strategy, mount);
  mountAccount(scope, mount);
  mountAdmin(scope, mount);
  if (mount.resources.config.benchToken !== null) mountBench(scope, strategy, mount);
  strategy.mountRoutes?.(scope, mount);
}
