import type { Candidate, Policy } from './policy.js';

/**
 * Rotates over the list of those available. Skipping a dead one inside a list of all would give its whole share to its
 * neighbour.
 */
export function createRoundRobin(): Policy {
  let next = 0;
  return {
    pick<C extends Candidate>(candidates: readonly C[]): C {
      if (next >= candidates.length) next = 0;
      return candidates[next++] as C;
    },
  };
}
