/**
 * Milliseconds since an instant of `process.hrtime.bigint()`, negative before it. All threads of a process read the same clock, and no other beside
 * it: what is put together from two is off by as long as a busy machine stands still between them.
 */
export function clockFrom(startAt: bigint): () => number {
  return () => Number(process.hrtime.bigint() - startAt) / 1e6;
}
