import { createHash } from 'node:crypto';
import type { UpstreamSnapshot, UpstreamSpec } from '../contract.js';

export type Health = 'starting' | 'up' | 'down';

/** One instance that requests are sent to, and everything known and counted about it. */
export class Upstream {
  readonly id: string;
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  readonly healthUrl: string;

  /** As configured; `weight` is what counts now. */
  fullWeight: number;
  weight: number;

  health: Health = 'starting';
  /** Takes no new clients; those pinned to it are served until the deadline. */
  draining = false;
  /** Past its drain deadline: pinned clients go elsewhere too. */
  drained = false;
  /** Put out for a while by its failures. */
  ejected = false;

  inFlight = 0;
  requests = 0;
  failures = 0;
  connections = 0;
  /** Responses by first digit of their status. */
  readonly responses = [0, 0, 0, 0, 0, 0];
  readonly checks = new CheckRecord();
  failuresInRow = 0;
  ejections = 0;
  /** Without having served in between for as long as the last one lasted. */
  ejectionsInRow = 0;
  /** Total before the present outage, and when that began. */
  downMs = 0;
  downSinceMs: number | null = null;

  constructor(spec: UpstreamSpec) {
    const { origin, hostname, port } = new URL(spec.url);
    this.id = upstreamId(origin);
    this.url = origin;
    this.hostname = hostname.replace(/^\[|\]$/g, '');
    this.port = Number(port || 80);
    this.healthUrl = spec.healthUrl ?? `${origin}/health`;
    this.fullWeight = spec.weight ?? 1;
    this.weight = this.fullWeight;
  }

  snapshot(): UpstreamSnapshot {
    return {
      id: this.id,
      url: this.url,
      healthUrl: this.healthUrl,
      state: stateOf(this),
      weight: this.fullWeight,
      inFlight: this.inFlight,
      requests: this.requests,
      failures: this.failures,
      connections: this.connections,
    };
  }
}

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

/** Throws TypeError where the spec does not name an http origin and, if at all, an http health URL. */
export function parseUpstream(spec: UpstreamSpec): UpstreamSpec {
  const { origin, protocol, pathname, search, username } = new URL(spec.url);
  if (protocol !== 'http:' || pathname !== '/' || search !== '' || username !== '')
    throw new TypeError('not an http origin');
  if (spec.healthUrl !== undefined && new URL(spec.healthUrl).protocol !== 'http:')
    throw new TypeError('not an http URL');
  return { ...spec, url: origin };
}

/** Derived from the address, so that any number of balancers name the same upstream alike without talking to each other. */
export function upstreamId(origin: string): string {
  return createHash('sha256').update(origin).digest('hex').slice(0, 12);
}

/** The only definition of "available": new clients may be sent here. */
export function isAvailable(upstream: Upstream): boolean {
  return isSound(upstream) && !upstream.ejected;
}

/** As far as its health checks and its operator say. */
export function isSound(upstream: Upstream): boolean {
  return upstream.health === 'up' && !upstream.draining;
}

/** A draining upstream still serves the clients that are pinned to it. */
export function acceptsPinned(upstream: Upstream): boolean {
  return upstream.health === 'up' && !upstream.drained && !upstream.ejected;
}

function stateOf(upstream: Upstream): UpstreamSnapshot['state'] {
  if (upstream.draining) return 'draining';
  return upstream.ejected ? 'ejected' : upstream.health;
}
