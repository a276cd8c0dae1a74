import { pickByModulo, pickByRendezvous } from '../hashing.js';
import { type Affinity, type AffinityOptions, NO_LOOKUP } from './affinity.js';

const PICKERS = { modulo: pickByModulo, consistent: pickByRendezvous };

/** By the client's address: no cookie, but everybody behind one address counts as one client. */
export function createSourceHash({ available, argument }: AffinityOptions): Affinity {
  const pick = PICKERS[argument as keyof typeof PICKERS];
  return {
    lookup(request) {
      const candidates = available();
      if (candidates.length === 0) return NO_LOOKUP;
      return { state: 'valid', upstream: pick(candidates, request.clientAddress()) };
    },
    commit: () => 'none',
  };
}
