import type { Judgement } from '../claims/judge.js';

/** A word of the trade, and what it means here. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
}

interface KnownTerm extends Term {
  readonly matches: RegExp;
}

const TERMS: readonly KnownTerm[] = [
  {
    term: 'Round robin',
    matches: /round robin/i,
    meaning: 'the balancer sends each request to the next instance in turn.',
  },
  {
    term: 'Sticky',
    matches: /\bsticky\b/i,
    meaning: 'the balancer ties a user to one instance, here by a cookie of its own.',
  },
  {
    term: 'Token',
    matches: /\btokens?\b/i,
    meaning: 'a JWT (RFC 7519): who the user is, signed, so that a server needs no memory of him.',
  },
  {
    term: 'Consistent hashing',
    matches: /consistent hashing/i,
    meaning: 'addresses are put on a ring, so that one instance more or less moves few of them.',
  },
  { term: 'Zipf', matches: /zipf/i, meaning: 'few users send most of the requests, as on most sites.' },
  {
    term: 'Denylist',
    matches: /denylist/i,
    meaning: 'a list, kept in Redis, of tokens that are no longer good although they have not expired.',
  },
  {
    term: 'Grace',
    matches: /\bgrace\b/i,
    meaning: 'how long a refresh token that was used is still taken for a repetition, not for a theft.',
  },
  { term: 'Hash', matches: /password (?:hash|check)/i, meaning: 'Argon2id (RFC 9106), slow on purpose.' },
  { term: 'p99', matches: /\bp99\b/i, meaning: 'one in a hundred requests took longer.' },
  {
    term: 'Scope',
    matches: /token for reading/i,
    meaning: 'what a token was given for, less than all that its user may do.',
  },
  {
    term: 'Drained',
    matches: /drained/i,
    meaning: 'the balancer sends no more requests there, and those under way are answered.',
  },
  {
    term: 'Speedup',
    matches: /\bas many requests as one\b/i,
    meaning: 'what so many instances serve by what one serves, each with a slice of CPU of the same size.',
  },
];

/** Each term at the first claim that uses it. */
export function assignTerms(
  claims: readonly Pick<Judgement, 'id' | 'statement' | 'finding' | 'because'>[],
): Map<string, Term[]> {
  const assigned = new Map<string, Term[]>();
  for (const { term, meaning, matches } of TERMS) {
    const first = claims.find(({ statement, finding, because }) => matches.test(`${statement} ${finding} ${because}`));
    if (first) assigned.set(first.id, [...(assigned.get(first.id) ?? []), { term, meaning }]);
  }
  return assigned;
}
