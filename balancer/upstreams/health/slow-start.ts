import type { Pool } from '../pool.js';
import type { Upstream } from '../upstream.js';

const STEPS = 10;

/**
 * Gives an upstream that has just come up its weight in steps over `durationMs`, while it warms up. Felt by the policies that
 * weigh: not by plain round robin.
 */
export function startSlowly(pool: Pool, durationMs: number): () => void {
  const timers = new Map<Upstream, NodeJS.Timeout>();

  function stop(upstream: Upstream): void {
    clearInterval(timers.get(upstream));
    timers.delete(upstream);
  }

  pool.on('up', (upstream) => {
    stop(upstream);
    let step = 1;
    upstream.weight = upstream.fullWeight / STEPS;
    const timer = setInterval(() => {
      step += 1;
      upstream.weight = (upstream.fullWeight * step) / STEPS;
      if (step === STEPS) stop(upstream);
    }, durationMs / STEPS);
    timers.set(upstream, timer);
  });
  pool.on('removed', stop);
  return () => {
    for (const upstream of [...timers.keys()]) stop(upstream);
  };
}
