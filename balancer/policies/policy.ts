/** What a policy may know of an upstream. */
export interface Candidate {
  readonly id: string;
  /** Its share relative to the others: positive, 1 unless set; smaller while it starts slowly. */
  readonly weight: number;
  readonly inFlight: number;
}

/**
 * Chooses among upstreams that are all available. Pure: no network, clock or environment; chance is injected.
 * One instance serves one path prefix, so a policy may remember its last choice.
 */
export interface Policy {
  /** `candidates` is never empty; `path` is the request's target with its query. */
  pick<C extends Candidate>(candidates: readonly C[], path: string): C;
}

export interface PolicyOptions {
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export type PolicyFactory = (options: PolicyOptions) => Policy;
