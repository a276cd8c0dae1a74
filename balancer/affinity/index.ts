import type { AffinityFactory } from './affinity.js';
import { createInsertedCookie } from './inserted-cookie.js';
import { createNoAffinity } from './none.js';

/** Every kind of affinity by the name it is configured with. */
export const AFFINITIES: Readonly<Record<string, AffinityFactory>> = {
  none: createNoAffinity,
  'inserted-cookie': createInsertedCookie,
};
