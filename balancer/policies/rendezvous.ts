import { pickByRendezvous } from '../hashing.js';
import type { Candidate, Policy } from './policy.js';

/** The same path always to the same upstream, whatever the query: for instances that cache. */
export function createRendezvous(): Policy {
  return {
    pick<C extends Candidate>(candidates: readonly C[], path: string): C {
      const query = path.indexOf('?');
      return pickByRendezvous(candidates, query === -1 ? path : path.slice(0, query));
    },
  };
}
