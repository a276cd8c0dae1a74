import type { Policy } from '../policies/policy.js';
import type { Upstream } from '../upstreams/upstream.js';

export interface Choice {
  readonly policy: Policy;
  /** Where affinity points, or null. */
  readonly pinned: Upstream | null;
  readonly path: string;
  /** Are not tried again. */
  readonly tried: readonly Upstream[];
  /** An upstream with so many requests under way takes no more. */
  readonly maxInFlight: number;
}

/** The upstream for the next attempt, or null where none is open. Pure but for the policy's own turn. */
export function chooseUpstream(available: readonly Upstream[], choice: Choice): Upstream | null {
  const { policy, pinned, path, tried, maxInFlight } = choice;
  const isOpen = (upstream: Upstream) => upstream.inFlight < maxInFlight && !tried.includes(upstream);
  if (pinned !== null && isOpen(pinned)) return pinned;
  if (available.length === 0) return null;
  if (tried.length === 0) {
    const first = policy.pick(available, path);
    if (isOpen(first)) return first;
  }
  const open = available.filter(isOpen);
  return open.length === 0 ? null : policy.pick(open, path);
}
