import type { Candidate, Policy } from './policy.js';

/** The fewest requests in flight per weight. Equals take turns: otherwise the first would get all of a light load. */
export function createLeastConnections(): Policy {
  let turn = 0;
  return {
    pick<C extends Candidate>(candidates: readonly C[]): C {
      turn = (turn + 1) % candidates.length;
      let least = candidates[turn] as C;
      for (let i = 1; i < candidates.length; i++) {
        const candidate = candidates[(turn + i) % candidates.length] as C;
        if (candidate.inFlight * least.weight < least.inFlight * candidate.weight) least = candidate;
      }
      return least;
    },
  };
}
