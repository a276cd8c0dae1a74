import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { App } from '../app.js';
import { listBackends } from '../backends/index.js';
import type { Resources } from '../resources.js';

const PREFIX = 'authscale_';

/** Prometheus text. The counts are taken over from the instance's own counters when asked for: requests pay nothing for it. */
export function createMetrics({ traffic, mounted }: App, { backends, passwords }: Resources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  new Counter({
    name: `${PREFIX}http_requests_total`,
    help: 'Requests answered, by route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { method, route, byStatus } of traffic.tallies) {
        for (const [status, count] of byStatus) this.inc({ method, route, status }, count);
      }
    },
  });
  new Gauge({
    name: `${PREFIX}sessions`,
    help: 'Sessions held by this instance',
    labelNames: ['strategy'],
    registers: [registry],
    collect() {
      for (const [strategy, { usage }] of mounted) {
        const { sessions } = usage();
        if (sessions !== null) this.set({ strategy }, sessions);
      }
    },
  });
  new Counter({
    name: `${PREFIX}store_trips_total`,
    help: 'Round trips to a session store outside the instance',
    labelNames: ['strategy'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [strategy, { usage }] of mounted) this.inc({ strategy }, usage().storeTrips);
    },
  });
  for (const [name, { trips }] of listBackends(backends))
    countTotal(registry, `${name}_trips_total`, `What ${name} was asked`, trips);
  countTotal(registry, 'password_checks_total', 'Password hashes computed for sign-ins', passwords.checks);
  return registry;
}

function countTotal(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name: PREFIX + name,
    help,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
