/** What others may rely on about the balancer: admin paths, snapshot shape, header and cookie names. Constants and types only. */

export const TRANSPORTS = ['net', 'undici', 'http-proxy'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** Set by inserted-cookie affinity. */
export const AFFINITY_COOKIE = 'authscale_upstream';

/** On the admin listener. */
export const ADMIN = {
  /** GET → BalancerSnapshot */
  snapshot: '/snapshot',
  /** POST UpstreamSpec → 201 UpstreamSnapshot; DELETE /upstreams/:id → 204 */
  upstreams: '/upstreams',
  health: '/health',
  metrics: '/metrics',
} as const;

export interface UpstreamSpec {
  /** Origin that requests are sent to, `http://host:port`. */
  readonly url: string;
  /** Asked by the active health check; default: the origin's `/health`. */
  readonly healthUrl?: string;
}

export interface UpstreamSnapshot {
  readonly id: string;
  readonly url: string;
  readonly state: 'starting' | 'up' | 'down' | 'draining';
  readonly inFlight: number;
  readonly requests: number;
  readonly failures: number;
}

/** Counters grow from the start of the process; subtract two readings. */
export interface BalancerSnapshot {
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly transport: TransportName;
  readonly cpu: { readonly userMicros: number; readonly systemMicros: number };
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number };
  readonly requests: number;
  readonly retries: number;
  readonly upstreams: readonly UpstreamSnapshot[];
}
