/** Everything that ends a run with one clear line. */
export class BenchError extends Error {
  constructor(
    /** Literal, to program against. */
    readonly code:
      | 'BAD_OPTION'
      | 'CLUSTER_FAILED'
      | 'PART_FAILED'
      | 'REQUEST_FAILED'
      | 'RESULTS_UNREADABLE'
      | 'RESULTS_EXIST'
      | 'RUNS_UNLIKE'
      | 'INTERRUPTED',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BenchError';
  }
}
