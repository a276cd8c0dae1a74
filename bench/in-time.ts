import { BenchError } from './errors.js';

/** @throws BenchError INTERRUPTED as soon as the signal is aborted, REQUEST_FAILED where the time is up */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal | undefined, limitMs?: number): Promise<T> {
  // After that nobody waits for its failure.
  work.catch(() => {});
  const interrupted = () => new BenchError('INTERRUPTED', 'Interrupted.');
  if (signal?.aborted) throw interrupted();
  return new Promise((resolve, reject) => {
    const abort = () => settle(() => reject(interrupted()));
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            settle(() => reject(new BenchError('REQUEST_FAILED', `nothing came for ${Math.round(limitMs / 1000)} s`)));
          }, limitMs);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      outcome();
    };
    signal?.addEventListener('abort', abort, { once: true });
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
