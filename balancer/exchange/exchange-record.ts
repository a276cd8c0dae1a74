import type { CommitState, LookupState } from '../affinity/affinity.js';
import { type Decision, REQUEST_ID } from '../contract.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { Attempt } from './attempt.js';
import type { ProxyCounters } from './context.js';
import type { RoutedRequest } from './routed-request.js';

/** What nginx logs for it. */
const CLIENT_GONE = 499;
const MICROS_PER_MS = 1000;

/** What has become of a request so far: for the next decision about it, and for those who look on. */
export class ExchangeRecord {
  readonly startedMs: number;
  readonly attempts: Attempt[] = [];
  status = 0;
  committed: CommitState = 'none';

  constructor(startedMs: number) {
    this.startedMs = startedMs;
  }

  get tried(): Upstream[] {
    return this.attempts.map(({ upstream }) => upstream);
  }

  /** An upstream has answered. May add to the response's headers what its client is to come back with. */
  answer(
    { route, lookup }: RoutedRequest,
    upstream: Upstream,
    { status, headers }: { status: number; headers: string[] },
    counters: ProxyCounters,
  ): void {
    this.status = status;
    this.committed = route.affinity.commit(lookup, upstream, headers);
    counters.affinity[lookup.state][this.committed] += 1;
    if (lookup.upstream !== null && lookup.upstream !== upstream) counters.redispatches += 1;
  }

  /** The client has left before its response. */
  leave(counters: ProxyCounters): void {
    counters.clientsGone += 1;
    this.status = CLIENT_GONE;
  }

  describe(
    { method = '', url = '' }: { method?: string | undefined; url?: string | undefined },
    { nowMs, presented, requestId }: { nowMs: number; presented: LookupState; requestId: string | undefined },
  ): Decision {
    return {
      method,
      path: url,
      requestId: requestId?.slice(0, REQUEST_ID.maxLength) ?? null,
      status: this.status,
      durationMs: Math.round((nowMs - this.startedMs) * MICROS_PER_MS) / MICROS_PER_MS,
      attempts: this.attempts.map(({ upstream, outcome }) => ({
        upstream: upstream.id,
        outcome: outcome === 'answered' ? String(this.status) : String(outcome),
      })),
      affinity: `${presented} → ${this.committed}`,
    };
  }
}
