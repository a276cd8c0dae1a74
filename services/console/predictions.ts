import { STRATEGIES } from '../contract.js';
import type { PartView, RouteView } from './contract.js';

export interface SignedIn {
  /** The part that keeps its session; null where none does. */
  readonly holder: string | null;
  /** Whether that has not lost it since. */
  readonly isHeld: boolean;
}

/** Deal out requests without a look at who sends them, and spread them evenly. */
const BLIND = ['round-robin', 'weighted-round-robin', 'two-choices'];

/**
 * The share of requests that the model expects to be recognised, by where sessions are, how requests are routed and what is up.
 * @returns null where nobody is signed in, or where it has nothing to say about the policy
 */
export function predictRecognised(
  route: RouteView,
  agents: readonly SignedIn[],
  parts: readonly PartView[],
): number | null {
  if (agents.length === 0) return null;
  const held = agents.filter(({ isHeld }) => isHeld);
  const { state, storeTripsPerRead } = STRATEGIES[route.strategy];
  if (state !== 'instance') {
    const isStoreUp = parts.some((part) => part.kind === 'redis' && part.state === 'up');
    return storeTripsPerRead > 0 && !isStoreUp ? 0 : held.length / agents.length;
  }
  const isPinned = route.affinity !== 'none';
  if (!isPinned && !BLIND.includes(route.policy)) return null;
  const namesOf = (state: PartView['state']) =>
    parts.filter((part) => part.kind === 'instance' && part.state === state).map(({ name }) => name);
  const serving = namesOf('up');
  // Who is pinned to one that is being drained is served by it still.
  const reachable = isPinned ? [...serving, ...namesOf('draining')] : serving;
  const known = held.filter(({ holder }) => reachable.includes(holder ?? ''));
  return known.length / agents.length / (isPinned ? 1 : Math.max(1, serving.length));
}
