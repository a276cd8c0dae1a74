import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Pool } from './pool.js';
import type { ProxyCounters } from './proxy.js';
import { isAvailable, type Upstream } from './upstream.js';

/** Prometheus form of the counters that the data path keeps as plain numbers: they are read only when asked for. */
export function createMetrics(pool: Pool, counters: ProxyCounters): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const total = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const perUpstream = (name: string, help: string, read: (upstream: Upstream) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['upstream'],
      registers: [registry],
      collect() {
        this.reset();
        for (const upstream of pool.all) this.set({ upstream: upstream.url }, read(upstream));
      },
    });
  total('balancer_requests_total', 'Requests accepted', () => counters.requests);
  total('balancer_retries_total', 'Attempts beyond the first', () => counters.retries);
  total('balancer_in_flight', 'Requests in flight', () => counters.inFlight);
  total('balancer_clients_gone_total', 'Requests whose client left before the response', () => counters.clientsGone);
  perUpstream('balancer_upstream_available', '1 where new clients may be sent', (u) => Number(isAvailable(u)));
  perUpstream('balancer_upstream_requests_total', 'Attempts sent', (u) => u.requests);
  perUpstream('balancer_upstream_failures_total', 'Attempts failed', (u) => u.failures);
  perUpstream('balancer_upstream_in_flight', 'Attempts in flight', (u) => u.inFlight);
  perUpstream('balancer_upstream_connections_total', 'Connections opened', (u) => u.connections);
  perUpstream('balancer_upstream_check_failures_total', 'Active checks failed', (u) => u.checks.failures);
  return registry;
}
