import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ProxyCounters } from '../exchange/context.js';
import type { Pool } from '../upstreams/pool.js';
import { isAvailable, type Upstream } from '../upstreams/upstream.js';

/** Prometheus form of what the data path counts in plain numbers: read only when somebody asks. */
export function createMetrics(pool: Pool, counters: ProxyCounters): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'balancer_in_flight',
    help: 'Requests in flight',
    registers: [registry],
    collect() {
      this.set(counters.inFlight);
    },
  });
  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  total('balancer_requests_total', 'Requests accepted', () => counters.requests);
  total('balancer_retries_total', 'Attempts beyond the first', () => counters.retries);
  total('balancer_redispatches_total', 'Pinned requests that went elsewhere', () => counters.redispatches);
  total('balancer_clients_gone_total', 'Requests whose client left before the response', () => counters.clientsGone);
  registerUpstreams(registry, pool);
  registerAffinity(registry, counters);
  return registry;
}

type Reader = (upstream: Upstream) => number;

function registerUpstreams(registry: Registry, pool: Pool): void {
  const base = { labelNames: ['upstream'], registers: [registry] };
  const gauge = (name: string, help: string, read: Reader) =>
    new Gauge({
      ...base,
      name,
      help,
      collect() {
        this.reset();
        for (const upstream of pool.all) this.set({ upstream: upstream.url }, read(upstream));
      },
    });
  const counter = (name: string, help: string, read: Reader) =>
    new Counter({
      ...base,
      name,
      help,
      collect() {
        this.reset();
        for (const upstream of pool.all) this.inc({ upstream: upstream.url }, read(upstream));
      },
    });
  gauge('balancer_upstream_available', '1 where new clients may be sent', (upstream) => Number(isAvailable(upstream)));
  gauge('balancer_upstream_in_flight', 'Attempts in flight', ({ inFlight }) => inFlight);
  counter('balancer_upstream_attempts_total', 'Attempts sent', ({ requests }) => requests);
  counter('balancer_upstream_failures_total', 'Attempts failed', ({ failures }) => failures);
  counter('balancer_upstream_connections_total', 'Connections opened', ({ connections }) => connections);
  counter('balancer_upstream_reuses_total', 'Attempts on a connection used before', ({ requests, connections }) =>
    Math.max(0, requests - connections),
  );
  counter('balancer_upstream_check_failures_total', 'Active checks failed', ({ checks }) => checks.failures);
  counter('balancer_upstream_ejections_total', 'Ejections after failures in a row', ({ ejections }) => ejections);
  counter('balancer_upstream_down_seconds_total', 'Time down', (upstream) => pool.downMs(upstream) / 1000);
  new Counter({
    name: 'balancer_upstream_responses_total',
    help: 'Responses by first digit of their status',
    labelNames: ['upstream', 'code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { url, responses } of pool.all) {
        for (const [digit, count] of responses.entries()) {
          if (count > 0) this.inc({ upstream: url, code: `${digit}xx` }, count);
        }
      }
    },
  });
}

function registerAffinity(registry: Registry, { affinity }: ProxyCounters): void {
  new Counter({
    name: 'balancer_affinity_total',
    help: 'Responses by what the client presented and what it was given',
    labelNames: ['presented', 'given'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [presented, byGiven] of Object.entries(affinity)) {
        for (const [given, count] of Object.entries(byGiven)) this.inc({ presented, given }, count);
      }
    },
  });
}
