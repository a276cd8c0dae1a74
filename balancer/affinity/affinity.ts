import type { Upstream } from '../upstreams/upstream.js';

/** What the client presented, in HAProxy's terms: nothing, the name of a live upstream, nonsense, the name of a dead one. */
export const LOOKUP_STATES = ['none', 'valid', 'invalid', 'down'] as const;
export type LookupState = (typeof LOOKUP_STATES)[number];

/** What the client was told: nothing, an upstream where it had named none, another than it had named. */
export const COMMIT_STATES = ['none', 'inserted', 'updated'] as const;
export type CommitState = (typeof COMMIT_STATES)[number];

/** What affinity may know of a request. */
export interface AffinityRequest {
  readonly cookie: string | undefined;
  header(lowerCaseName: string): string | undefined;
  /** Where the client is, as far as proxies can be trusted to tell. */
  clientAddress(): string;
}

export interface Lookup {
  readonly state: LookupState;
  /** Where the request must go unless that upstream fails; null leaves it to the policy. */
  readonly upstream: Upstream | null;
}

/**
 * Ties a client to an upstream in two phases: `lookup` before one is selected, `commit` when one has answered. So a request
 * that was tried twice still sets one cookie, and that of the upstream that answered.
 */
export interface Affinity {
  /** A cookie that is kept from the instances. */
  readonly hiddenCookie?: string;
  lookup(request: AffinityRequest): Lookup;
  /** May add to the response's headers (flat). */
  commit(lookup: Lookup, chosen: Upstream, responseHeaders: string[]): CommitState;
}

export interface AffinityOptions {
  readonly find: (id: string) => Upstream | undefined;
  /** Those that take new clients now. */
  readonly available: () => readonly Upstream[];
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** What the route serves: a cookie is set for this path only. */
  readonly prefix: string;
  /** What follows the colon in the configuration, such as the name of a header. */
  readonly argument: string;
  readonly secret: string;
  readonly secureCookie: boolean;
}

export interface AffinityKind {
  create(options: AffinityOptions): Affinity;
  /** What may follow the colon; absent where nothing may. */
  readonly argument?: RegExp | readonly string[];
  readonly needsSecret?: true;
}

export const NO_LOOKUP: Lookup = { state: 'none', upstream: null };
