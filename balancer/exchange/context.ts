import type { CommitState, LookupState } from '../affinity/affinity.js';
import type { TrustedProxies } from '../http/forwarding.js';
import type { DecisionObserver } from '../operations/decisions.js';
import type { Transport } from '../transport/transport.js';
import type { PassiveChecks } from '../upstreams/health/passive.js';
import type { Pool } from '../upstreams/pool.js';
import type { Deadlines } from './deadlines.js';
import type { RetryBudget } from './retry-budget.js';
import type { Route } from './routes.js';

export interface ProxyLimits {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxInFlightPerUpstream: number;
  readonly maxBodyBytes: number;
  readonly bufferBodyBytes: number;
}

/** What all exchanges share. */
export interface ProxyContext {
  readonly pool: Pool;
  readonly routeOf: (path: string) => Route;
  readonly transport: Transport;
  /** For requests that offer another protocol. */
  readonly upgrades: Transport;
  readonly deadlines: Deadlines;
  readonly retryBudget: RetryBudget;
  readonly limits: ProxyLimits;
  readonly proxies: TrustedProxies;
  readonly passive: PassiveChecks;
  readonly counters: ProxyCounters;
  readonly observers: readonly DecisionObserver[];
  readonly isClosing: () => boolean;
  /** Where browsers that ask for `/` are sent. */
  readonly consoleUrl: string | undefined;
}

export class ProxyCounters {
  requests = 0;
  retries = 0;
  redispatches = 0;
  inFlight = 0;
  clientsGone = 0;
  readonly affinity = {
    none: { none: 0, inserted: 0, updated: 0 },
    valid: { none: 0, inserted: 0, updated: 0 },
    invalid: { none: 0, inserted: 0, updated: 0 },
    down: { none: 0, inserted: 0, updated: 0 },
  } satisfies Record<LookupState, Record<CommitState, number>>;
}
