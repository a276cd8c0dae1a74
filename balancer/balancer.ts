import type { AddressInfo, Server } from 'node:net';
import type { DestinationStream } from 'pino';
import type { Config } from './config.js';
import type { RouteConfig } from './config-routes.js';
import { ClientListener } from './downstream/client-listener.js';
import { BACKLOG } from './downstream/listening-handles.js';
import { ListenError } from './errors.js';
import { Attempt } from './exchange/attempt.js';
import { type ProxyContext, ProxyCounters } from './exchange/context.js';
import { Deadlines } from './exchange/deadlines.js';
import { Exchange } from './exchange/exchange.js';
import { RetryBudget } from './exchange/retry-budget.js';
import type { Route } from './exchange/routes.js';
import { RoutingTable } from './exchange/routing-table.js';
import { TrustedProxies } from './http/forwarding.js';
import { createAccessLog } from './operations/access-log.js';
import { createAdmin } from './operations/admin.js';
import { DecisionFeed } from './operations/decisions.js';
import { createMetrics } from './operations/metrics.js';
import { TRANSPORT_FACTORIES } from './transport/index.js';
import { UPGRADES } from './transport/upgrades.js';
import { followDns } from './upstreams/discovery.js';
import { ActiveChecks } from './upstreams/health/active.js';
import { PassiveChecks } from './upstreams/health/passive.js';
import { startSlowly } from './upstreams/health/slow-start.js';
import { Pool } from './upstreams/pool.js';

/** What Node.js accepts from a server. */
const MAX_RESPONSE_HEADER_BYTES = 16_384;

export interface Balancer {
  readonly url: string;
  readonly adminUrl: string;
  /** For a process that serves many clients: without it connections are accepted one by one. */
  acceptMany(): Promise<void>;
  /** Stops accepting, lets requests in flight finish, cuts those that have not by the shutdown deadline. */
  close(): Promise<void>;
}

/** What a balancer takes from outside besides its configuration. */
export interface BalancerDependencies {
  readonly random: () => number;
  /** Every address of a name. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Where the access log goes, if it is on. */
  readonly accessLog: DestinationStream;
}

export async function startBalancer(config: Config, dependencies: BalancerDependencies): Promise<Balancer> {
  const { random, resolve, accessLog } = dependencies;
  const pool = new Pool({ drainDeadlineMs: config.DRAIN_DEADLINE_MS });
  const decisions = new DecisionFeed(() => performance.now());
  const observers = config.ACCESS_LOG ? [decisions, createAccessLog(accessLog)] : [decisions];
  let closing = false;
  const routes = new RoutingTable(config.routes, (route) => createRoute(route, config, { pool, random }));
  const context = createContext(config, { pool, routes, observers, isClosing: () => closing });
  const { transport, counters, deadlines, passive } = context;
  pool.on('removed', (upstream) => transport.forget(upstream));
  pool.on('down', (upstream) => {
    for (const timed of deadlines.all)
      if (timed instanceof Attempt && timed.upstream === upstream) timed.onUpstreamDown();
  });
  const checks = startChecks(config, pool, random);
  const stopSlowStart = config.SLOW_START_MS === undefined ? () => {} : startSlowly(pool, config.SLOW_START_MS);
  const clients = new ClientListener(config, deadlines, (request, response) =>
    new Exchange(context, request, response).start(),
  );
  const admin = createAdmin({
    pool,
    routes,
    canSign: config.AFFINITY_SECRET !== '',
    counters,
    decisions,
    metrics: createMetrics(pool, counters),
    transport: config.BALANCER_TRANSPORT,
    door: { token: config.ADMIN_TOKEN, hosts: config.adminHosts },
  });
  let stopDiscovery = () => {};
  async function close(): Promise<void> {
    closing = true;
    stopDiscovery();
    await clients.close(config.SHUTDOWN_DEADLINE_MS);
    for (const part of [checks, passive, pool, transport, deadlines, decisions]) part.close();
    stopSlowStart();
    admin.close();
    admin.closeAllConnections();
  }
  try {
    const url = await listen(clients.server, config.HOST, config.PORT, 'PORT');
    const adminUrl = await listen(admin, config.ADMIN_HOST, config.ADMIN_PORT, 'ADMIN_PORT');
    for (const upstream of config.upstreams) pool.add(upstream);
    stopDiscovery = startDiscovery(config, pool, resolve);
    return { url, adminUrl, close, acceptMany: () => clients.acceptMany() };
  } catch (error) {
    await close();
    throw error;
  }
}

function startChecks(config: Config, pool: Pool, random: () => number): ActiveChecks {
  return new ActiveChecks(pool, {
    intervalMs: config.HEALTH_INTERVAL_MS,
    timeoutMs: config.HEALTH_TIMEOUT_MS,
    rise: config.HEALTH_RISE,
    fall: config.HEALTH_FALL,
    random,
  });
}

interface ContextParts extends Pick<ProxyContext, 'pool' | 'observers' | 'isClosing'> {
  readonly routes: RoutingTable;
}

function createContext(config: Config, { pool, routes, observers, isClosing }: ContextParts): ProxyContext {
  return {
    pool,
    observers,
    isClosing,
    routeOf: (path) => routes.routeOf(path),
    consoleUrl: config.CONSOLE_URL,
    transport: TRANSPORT_FACTORIES[config.BALANCER_TRANSPORT]({
      keepAliveTimeoutMs: config.UPSTREAM_KEEP_ALIVE_MS,
      maxHeaderBytes: MAX_RESPONSE_HEADER_BYTES,
    }),
    deadlines: new Deadlines(),
    retryBudget: new RetryBudget({ ratio: config.RETRY_RATIO }),
    counters: new ProxyCounters(),
    upgrades: UPGRADES,
    proxies: new TrustedProxies(config.trustedProxies),
    passive: new PassiveChecks(pool, {
      failuresInRow: config.EJECT_AFTER_FAILURES,
      ejectionMs: config.EJECTION_MS,
      maxEjectionMs: config.EJECTION_MAX_MS,
      maxEjectedShare: config.EJECTION_MAX_SHARE,
    }),
    limits: {
      connectTimeoutMs: config.CONNECT_TIMEOUT_MS,
      firstByteTimeoutMs: config.FIRST_BYTE_TIMEOUT_MS,
      idleTimeoutMs: config.IDLE_TIMEOUT_MS,
      requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
      maxInFlight: config.MAX_IN_FLIGHT,
      maxInFlightPerUpstream: config.MAX_IN_FLIGHT_PER_UPSTREAM,
      maxBodyBytes: config.MAX_BODY_BYTES,
      bufferBodyBytes: config.BUFFER_BODY_BYTES,
    },
  };
}

function createRoute(
  { prefix, createPolicy, affinityKind, affinityArgument }: RouteConfig,
  { AFFINITY_SECRET, AFFINITY_COOKIE_SECURE }: Config,
  { pool, random }: { readonly pool: Pool; readonly random: () => number },
): Route {
  return {
    prefix,
    policy: createPolicy({ random }),
    affinity: affinityKind.create({
      find: (id) => pool.get(id),
      available: () => pool.available,
      now: () => performance.now(),
      prefix,
      argument: affinityArgument,
      secret: AFFINITY_SECRET,
      secureCookie: AFFINITY_COOKIE_SECURE,
    }),
  };
}

function startDiscovery(config: Config, pool: Pool, resolve: BalancerDependencies['resolve']): () => void {
  if (config.UPSTREAM_DNS === undefined) return () => {};
  const [name = '', port] = config.UPSTREAM_DNS.split(':');
  return followDns(pool, {
    name,
    port: Number(port),
    healthPort: config.UPSTREAM_HEALTH_PORT ?? Number(port),
    healthPath: config.UPSTREAM_HEALTH_PATH,
    intervalMs: config.UPSTREAM_DNS_INTERVAL_MS,
    resolve,
  });
}

function listen(server: Server, host: string, port: number, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ListenError(`${key}: cannot listen on ${host}:${port}: ${error.code ?? error.message}`, { cause: error }),
      );
    });
    server.listen({ port, host, backlog: BACKLOG }, () => {
      const { address, port: bound, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}
