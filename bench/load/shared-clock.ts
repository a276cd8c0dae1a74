/** Milliseconds since an instant of `process.hrtime.bigint()`, which all threads of a process read alike; negative before it. */
export function clockFrom(startAt: bigint): () => number {
  const startedAtMs = performance.now() + Number(startAt - process.hrtime.bigint()) / 1e6;
  return () => performance.now() - startedAtMs;
}
