import { type AddressInfo, isIP, type Server } from 'node:net';
import { createAdmin } from './admin.js';
import { type ClientServer, createClientListener } from './client-listener.js';
import type { Config } from './config.js';
import { Deadlines } from './deadlines.js';
import { followDns } from './discovery.js';
import { ListenError } from './errors.js';
import { ActiveChecks } from './health/active.js';
import { createMetrics } from './metrics.js';
import { Pool } from './pool.js';
import { handleRequest, type ProxyContext } from './proxy.js';
import { RetryBudget } from './retry.js';
import { createRouter, type Route } from './routes.js';
import { TRANSPORT_FACTORIES } from './transport/index.js';

export interface Balancer {
  readonly url: string;
  readonly adminUrl: string;
  /** Stops accepting, lets requests in flight finish, cuts those that have not by the shutdown deadline. */
  close(): Promise<void>;
}

/** What a balancer takes from outside besides its configuration. */
export interface BalancerDependencies {
  readonly random: () => number;
  /** Every address of a name. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
}

export async function startBalancer(config: Config, { random, resolve }: BalancerDependencies): Promise<Balancer> {
  const pool = new Pool({ drainDeadlineMs: config.DRAIN_DEADLINE_MS });
  const context = createContext(config, pool, random);
  const { transport, counters, deadlines } = context;
  pool.on('removed', (upstream) => transport.forget(upstream));
  const checks = new ActiveChecks(pool, {
    intervalMs: config.HEALTH_INTERVAL_MS,
    timeoutMs: config.HEALTH_TIMEOUT_MS,
    rise: config.HEALTH_RISE,
    fall: config.HEALTH_FALL,
    random,
  });
  const clients = createClientListener(
    {
      headerTimeoutMs: config.CLIENT_HEADER_TIMEOUT_MS,
      requestTimeoutMs: config.CLIENT_REQUEST_TIMEOUT_MS,
      keepAliveMs: config.CLIENT_KEEP_ALIVE_MS,
      maxHeaderBytes: config.MAX_HEADER_BYTES,
    },
    (request, response) => handleRequest(context, request, response),
  );
  const admin = createAdmin({
    pool,
    counters,
    metrics: createMetrics(pool, counters),
    transport: config.BALANCER_TRANSPORT,
    token: config.ADMIN_TOKEN,
  });
  const url = await listen(clients, config.HOST, config.PORT, 'PORT');
  const adminUrl = await listen(admin, config.ADMIN_HOST, config.ADMIN_PORT, 'ADMIN_PORT').catch((error) => {
    clients.close();
    throw error;
  });
  for (const upstream of config.upstreams) pool.add(upstream);
  const stopDiscovery = startDiscovery(config, pool, resolve);
  return {
    url,
    adminUrl,
    async close() {
      stopDiscovery();
      await closeGracefully(clients, config.SHUTDOWN_DEADLINE_MS);
      checks.close();
      pool.close();
      transport.close();
      deadlines.close();
      admin.close();
      admin.closeAllConnections();
    },
  };
}

function createContext(config: Config, pool: Pool, random: () => number): ProxyContext {
  const routes = config.routes.map(({ prefix, createPolicy, createAffinity }): Route => {
    const find = (id: string) => pool.get(id);
    const secureCookie = config.AFFINITY_COOKIE_SECURE;
    return {
      prefix,
      policy: createPolicy({ random }),
      affinity: createAffinity({ find, prefix, secret: config.AFFINITY_SECRET, secureCookie }),
    };
  });
  return {
    pool,
    routeOf: createRouter(routes),
    transport: TRANSPORT_FACTORIES[config.BALANCER_TRANSPORT]({
      keepAliveTimeoutMs: config.UPSTREAM_KEEP_ALIVE_MS,
      maxHeaderBytes: config.MAX_HEADER_BYTES,
    }),
    deadlines: new Deadlines(),
    retryBudget: new RetryBudget(),
    counters: { requests: 0, retries: 0, inFlight: 0, clientsGone: 0 },
    isTrusted: (address) => config.trustedProxies?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') === true,
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
    server.listen(port, host, () => {
      const { address, port: bound, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}

function closeGracefully(server: ClientServer, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
