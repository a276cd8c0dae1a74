/** What others may rely on about the balancer: admin paths, snapshot shape, header and cookie names. Constants and types only. */

/** The first is the default. */
export const TRANSPORTS = ['net', 'undici', 'http-proxy'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** Set by inserted-cookie affinity. */
export const AFFINITY_COOKIE = 'authscale_upstream';

/** Of a request: its target, and names and values of its headers, unless told otherwise. Less than an instance accepts, which gets some headers more. */
export const MAX_HEADER_BYTES = 15_360;

/** On the admin listener. */
export const ADMIN = {
  /** GET → BalancerSnapshot */
  snapshot: '/snapshot',
  /**
   * POST UpstreamSpec → 201 UpstreamSnapshot; DELETE /upstreams/:id → 204. POST /upstreams/:id/drain and /resume, and
   * /weight with {"weight": n} → 200 UpstreamSnapshot
   */
  upstreams: '/upstreams',
  /**
   * GET → RoutingSnapshot. PUT RouteSnapshot changes or adds a route until the process ends, DELETE goes back to the configured
   * ones: both → 200 RoutingSnapshot
   */
  routes: '/routes',
  health: '/health',
  metrics: '/metrics',
  /** GET → server-sent events, each a ToldDecision */
  decisions: '/decisions',
} as const;

export interface UpstreamSpec {
  /** Origin that requests are sent to, `http://host:port`. */
  readonly url: string;
  /** Asked by the active health check; default: the origin's `/health`. */
  readonly healthUrl?: string;
  /** Share relative to the others, for the policies that weigh; default 1. */
  readonly weight?: number;
}

export interface UpstreamSnapshot {
  readonly id: string;
  readonly url: string;
  readonly healthUrl: string;
  /** `ejected`: put out for a while because requests to it failed. */
  readonly state: 'starting' | 'up' | 'down' | 'draining' | 'ejected';
  readonly weight: number;
  readonly inFlight: number;
  readonly requests: number;
  readonly failures: number;
  /** Opened so far: requests beyond this number went over a connection used before. */
  readonly connections: number;
}

/** Counters grow from the start of the process; subtract two readings. */
export interface BalancerSnapshot {
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly transport: TransportName;
  readonly cpu: { readonly userMicros: number; readonly systemMicros: number };
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly externalBytes: number };
  readonly requests: number;
  readonly retries: number;
  readonly inFlight: number;
  readonly upstreams: readonly UpstreamSnapshot[];
}

/** How requests to a path prefix are routed, by the names of the configuration: `round-robin`, `source-hash:modulo`. */
export interface RouteSnapshot {
  readonly prefix: string;
  readonly policy: string;
  readonly affinity: string;
}

export interface RoutingSnapshot {
  readonly routes: readonly RouteSnapshot[];
  /** What a route can be given. */
  readonly policies: readonly string[];
  readonly affinities: readonly string[];
}

/** By which a client knows its request in the decision stream and the access log. Of longer ones the beginning is told. */
export const REQUEST_ID = { header: 'x-request-id', maxLength: 64 } as const;

/** One request as it was routed: what the decision stream tells and the access log writes. */
export interface Decision {
  readonly method: string;
  readonly path: string;
  /** As the client gave it, if it did. */
  readonly requestId: string | null;
  /** What the client was answered; 499 where it left first. */
  readonly status: number;
  readonly durationMs: number;
  readonly attempts: readonly { readonly upstream: string; readonly outcome: string }[];
  /** What the client presented → what it was given. */
  readonly affinity: string;
}

/** One of the stream, which tells up to 20 a second. */
export interface ToldDecision extends Decision {
  /** How many were not told since the one before it. */
  readonly skipped: number;
}
