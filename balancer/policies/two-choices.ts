import type { Candidate, Policy, PolicyOptions } from './policy.js';

/**
 * The less loaded of two at random: nearly as even as looking at all, and many balancers with stale views do not all run to the
 * same upstream (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001).
 */
export function createTwoChoices({ random }: PolicyOptions): Policy {
  return {
    pick<C extends Candidate>(candidates: readonly C[]): C {
      const count = candidates.length;
      const firstAt = Math.floor(random() * count);
      const first = candidates[firstAt] as C;
      if (count === 1) return first;
      // Another than the first: two draws that may agree would make it one choice in n.
      const second = candidates[(firstAt + 1 + Math.floor(random() * (count - 1))) % count] as C;
      return second.inFlight * first.weight < first.inFlight * second.weight ? second : first;
    },
  };
}
