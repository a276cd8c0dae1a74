import { createHash } from 'node:crypto';
import type { UpstreamSnapshot, UpstreamSpec } from './contract.js';

export type Health = 'starting' | 'up' | 'down';

/** What the active checks have seen. */
export class CheckRecord {
  goodInRow = 0;
  badInRow = 0;
  failures = 0;

  record(ok: boolean): void {
    this.goodInRow = ok ? this.goodInRow + 1 : 0;
    this.badInRow = ok ? 0 : this.badInRow + 1;
    if (!ok) this.failures += 1;
  }
}

/** One instance that requests are sent to, and everything counted about it. */
export class Upstream {
  readonly id: string;
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  readonly healthUrl: string;

  health: Health = 'starting';
  draining = false;

  inFlight = 0;
  requests = 0;
  failures = 0;
  connections = 0;
  readonly checks = new CheckRecord();

  constructor(spec: UpstreamSpec) {
    const { origin, hostname, port } = new URL(spec.url);
    this.id = upstreamId(origin);
    this.url = origin;
    this.hostname = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port || 80);
    this.healthUrl = spec.healthUrl ?? `${origin}/health`;
  }

  snapshot(): UpstreamSnapshot {
    return {
      id: this.id,
      url: this.url,
      state: this.draining ? 'draining' : this.health,
      inFlight: this.inFlight,
      requests: this.requests,
      failures: this.failures,
    };
  }
}

/** Throws TypeError where the spec does not name an http origin and, if at all, an http health URL. */
export function parseUpstream(spec: UpstreamSpec): UpstreamSpec {
  const { origin, protocol, pathname, search } = new URL(spec.url);
  if (protocol !== 'http:' || pathname !== '/' || search !== '') throw new TypeError('not an http origin');
  if (spec.healthUrl === undefined) return { url: origin };
  const health = new URL(spec.healthUrl);
  if (health.protocol !== 'http:') throw new TypeError('not an http URL');
  return { url: origin, healthUrl: health.href };
}

/** Derived from the address, so that any number of balancers name the same upstream alike without talking to each other. */
export function upstreamId(origin: string): string {
  return createHash('sha256').update(origin).digest('hex').slice(0, 12);
}

/** The only definition of "available": new clients may be sent here. */
export function isAvailable(upstream: Upstream): boolean {
  return upstream.health === 'up' && !upstream.draining;
}

/** A draining upstream still serves the clients that are pinned to it. */
export function acceptsPinned(upstream: Upstream): boolean {
  return upstream.health === 'up';
}
