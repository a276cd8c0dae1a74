import proxyAddr from '@fastify/proxy-addr';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { BASELINE, ROUTES, STRATEGIES, type UserView } from '../contract.js';
import { limitFailedSignIns } from './accounts/failed-sign-ins.js';
import { createPasswordCheck } from './accounts/password-check.js';
import { handleInCohorts } from './cohorts.js';
import type { Config } from './config.js';
import { answerErrors, createClientErrorHandler, sendError } from './error-replies.js';
import type { Resources } from './resources.js';
import { mountAccount } from './routes/account.js';
import { mountAdmin } from './routes/admin.js';
import { createAuthenticate } from './routes/authenticate.js';
import { mountBench } from './routes/bench.js';
import { createBenchCheck } from './routes/bench-token.js';
import { mountCart } from './routes/cart.js';
import { mountCredentials } from './routes/credentials.js';
import { mountJwks } from './routes/jwks.js';
import { mountMe } from './routes/me.js';
import type { Mount, Scope } from './routes/mount.js';
import { mountPosts } from './routes/posts.js';
import { strategies } from './strategies/index.js';
import type { Strategy } from './strategies/strategy.js';
import { observeTraffic, type Traffic } from './traffic.js';

const BODY_LIMIT_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const HANDLER_TIMEOUT_MS = 5000;
const BASELINE_USER: UserView = { id: 1, username: 'user1', role: 'user' };

export interface App {
  readonly server: Scope;
  readonly traffic: Traffic;
  readonly mounted: ReadonlyMap<string, Strategy>;
}

/** The public listener, ready to listen: every strategy under its prefix, each with the same routes. */
export async function buildApp(resources: Resources, log: Logger, isDraining: () => boolean): Promise<App> {
  const { config, tokens } = resources;
  const server = createServer(config, (reply) => traffic.stampUnrouted(reply));
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
  if (tokens !== null) mountJwks(server, tokens);
  if (config.benchToken !== null) {
    const authenticate = createAuthenticate({ identify: () => BASELINE_USER });
    await server.register(async (scope: Scope) => mountMe(scope, { authenticate }), { prefix: `/${BASELINE}` });
  }
  return { server, traffic, mounted };
}

function createServer({ instanceId, trustedProxies }: Config, stamp: (reply: FastifyReply) => void): Scope {
  const server = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // A client that sends its request too slowly is cut off.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 5 },
    trustProxy: trustBalancer(trustedProxies),
    // What reaches a draining instance is answered like any other request, and its connection closed.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => {
      reply.statusCode = error.statusCode ?? 400;
      stamp(reply);
      sendError(error, reply);
    },
    clientErrorHandler: createClientErrorHandler(instanceId),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // The size of the headers is limited already. Past a number of lines Node.js would drop the rest and say nothing.
  server.server.maxHeadersCount = 0;
  return server.setValidatorCompiler(TypeBoxValidatorCompiler);
}

/**
 * Who the client is and whether it came over https, a balancer on this machine or in this private network may say. It drops what
 * a client said about that, and names the address from which it was asked. Further back only named proxies are believed: a
 * client in a private network could name any address it likes.
 */
function trustBalancer(trustedProxies: string[]): (address: string, hop: number) => boolean {
  const isBalancer = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal']);
  const isProxy = proxyAddr.compile(trustedProxies);
  return (address, hop) => (hop === 0 ? isBalancer : isProxy)(address, hop);
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
