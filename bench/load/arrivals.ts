import { exponential, type Random } from '../stats/prng.js';

export interface Arrivals {
  /** ms since the first one could come */
  now(): number;
  /** No more come. Resolves once all that came have been dealt with. */
  stop(): Promise<void>;
}

/** Things that come without waiting for each other (Poisson), until they are stopped. */
export function startArrivals(
  { rateRps, random }: { readonly rateRps: number; readonly random: Random },
  arrive: (dueAtMs: number) => Promise<void>,
): Arrivals {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const underWay = new Set<Promise<void>>();
  let dueAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const takeDue = () => {
    for (; dueAtMs <= now(); dueAtMs += exponential(random, 1000 / rateRps)) {
      const arriving = arrive(dueAtMs).catch(() => {});
      underWay.add(arriving);
      arriving.finally(() => underWay.delete(arriving));
    }
    timer = setTimeout(takeDue, dueAtMs - now());
  };
  // In a turn of its own: whoever comes first may already ask for the time.
  timer = setTimeout(takeDue, 0);
  return {
    now,
    async stop() {
      clearTimeout(timer);
      await Promise.all(underWay);
    },
  };
}
