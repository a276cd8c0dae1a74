import type { Candidate, Policy } from './policy.js';

/**
 * Smooth weighted round robin as nginx does it: all gain their weight, the richest is chosen and pays the total. Weights 5, 1, 1 give
 * a a b a c a a, not five times a in a row.
 */
export function createWeightedRoundRobin(): Policy {
  let credits = new Map<string, number>();
  return {
    pick<C extends Candidate>(candidates: readonly C[]): C {
      // Rebuilt each time: who has left keeps no credit to return with.
      const gained = new Map<string, number>();
      let richest = candidates[0] as C;
      let total = 0;
      for (const candidate of candidates) {
        const { id, weight } = candidate;
        gained.set(id, (credits.get(id) ?? 0) + weight);
        total += weight;
        if ((gained.get(id) ?? 0) > (gained.get(richest.id) ?? 0)) richest = candidate;
      }
      gained.set(richest.id, (gained.get(richest.id) ?? 0) - total);
      credits = gained;
      return richest;
    },
  };
}
