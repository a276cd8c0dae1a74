/** What a policy may know of an upstream. */
export interface Candidate {
  readonly id: string;
  readonly inFlight: number;
}

/**
 * Chooses among upstreams that are all available. Pure: no network, clock or environment; chance is injected.
 * One instance serves one path prefix, so a policy may remember its last choice.
 */
export interface Policy {
  /** `candidates` is never empty. */
  pick<C extends Candidate>(candidates: readonly C[], path: string): C;
}

export interface PolicyOptions {
  readonly random: () => number;
}

export type PolicyFactory = (options: PolicyOptions) => Policy;
