import type { AffinityKind } from './affinity.js';
import { createHeaderHash } from './header-hash.js';
import { createInsertedCookie } from './inserted-cookie.js';
import { createLearnedCookie } from './learned-cookie.js';
import { createNoAffinity } from './none.js';
import { createSourceHash } from './source-hash.js';

/** A field name or cookie name (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Every kind of affinity by the name it is configured with. */
export const AFFINITIES: Readonly<Record<string, AffinityKind>> = {
  none: { create: createNoAffinity },
  'inserted-cookie': { create: createInsertedCookie, needsSecret: true },
  'source-hash': { create: createSourceHash, argument: ['modulo', 'consistent'] },
  'header-hash': { create: createHeaderHash, argument: TOKEN },
  'learned-cookie': { create: createLearnedCookie, argument: TOKEN },
};
