import { pickByRendezvous } from '../hashing.js';
import { type Affinity, type AffinityOptions, NO_LOOKUP } from './affinity.js';

/** By the value of a header, consistently: only the clients of an upstream that leaves move. */
export function createHeaderHash({ available, argument }: AffinityOptions): Affinity {
  const name = argument.toLowerCase();
  return {
    lookup(request) {
      const value = request.header(name);
      const candidates = available();
      if (value === undefined || candidates.length === 0) return NO_LOOKUP;
      return { state: 'valid', upstream: pickByRendezvous(candidates, value) };
    },
    commit: () => 'none',
  };
}
