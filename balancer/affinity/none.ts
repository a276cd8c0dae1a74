import { type Affinity, NO_LOOKUP } from './affinity.js';

export function createNoAffinity(): Affinity {
  return {
    lookup: () => NO_LOOKUP,
    commit: () => 'none',
  };
}
