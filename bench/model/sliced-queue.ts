/** A cluster that is offered a load, for a round: what its slices of CPU, and the costs of a request, make of latencies. */
export interface SlicedQueue {
  readonly arrivalsPerSecond: number;
  readonly roundMs: number;
  readonly instances: number;
  /** CPU time that an instance has in each period, less what it spends without a request. */
  readonly quotaMicros: number;
  readonly periodMicros: number;
  /** CPU time of an instance for a request, by how many it has before it when that one's turn comes, itself included. */
  demandMicros(present: number): number;
  /** CPU time of balancer and store for a request: nothing waits there. */
  readonly elsewhereMicros: number;
}

/** Uniform on [0, 1). */
type Random = () => number;

/**
 * Latencies of a round, in ms, ascending. Arrivals are Poisson and dealt out in turn. An instance serves one request after the other (Lindley,
 * "The theory of queues with a single server", 1952); one that has used up what it has in a period waits for the next, and saves nothing of what
 * it leaves (Turner, Rao and Rao, "CPU bandwidth control for CFS", Linux Symposium 2010). Periods of different instances begin at different times.
 */
export function simulateRound(queue: SlicedQueue, random: Random): number[] {
  const { arrivalsPerSecond, roundMs, instances, elsewhereMicros } = queue;
  const arrivals: number[][] = Array.from({ length: instances }, () => []);
  const next = () => (-1e6 * Math.log(1 - random())) / arrivalsPerSecond;
  for (let [at, count] = [next(), 0]; at < 1000 * roundMs; at += next(), count++) arrivals[count % instances]?.push(at);
  return arrivals
    .flatMap((own) => waitsOf(own, queue, random() * queue.periodMicros))
    .map((micros) => (micros + elsewhereMicros) / 1000)
    .sort((a, b) => a - b);
}

/** From arrival to the end of its service, of one instance's requests, in µs. */
function waitsOf(arrivals: readonly number[], queue: SlicedQueue, phase: number): number[] {
  const slice = new Slice(queue, phase);
  let [now, arrived] = [0, 0];
  return arrivals.map((at, index) => {
    now = Math.max(now, at);
    while ((arrivals[arrived] ?? Number.POSITIVE_INFINITY) <= now) arrived++;
    now = slice.work(now, queue.demandMicros(arrived - index));
    return now - at;
  });
}

class Slice {
  #period = -1;
  #left = 0;

  constructor(
    private readonly of: Pick<SlicedQueue, 'quotaMicros' | 'periodMicros'>,
    private readonly phase: number,
  ) {}

  /** @returns when so much work is done that begins now */
  work(from: number, micros: number): number {
    let [now, todo] = [from, micros];
    for (;;) {
      const period = Math.max(this.#period, Math.floor((now + this.phase) / this.of.periodMicros));
      if (period > this.#period) [this.#period, this.#left] = [period, this.of.quotaMicros];
      const ends = (period + 1) * this.of.periodMicros - this.phase;
      const run = Math.min(todo, this.#left, ends - now);
      this.#left -= run;
      todo -= run;
      if (todo <= 0) return now + run;
      now = ends;
      [this.#period, this.#left] = [period + 1, this.of.quotaMicros];
    }
  }
}

/** A cost at some number of requests under way, and at a larger one. */
export interface CostCurve {
  readonly few: { readonly connections: number; readonly micros: number };
  readonly many: { readonly connections: number; readonly micros: number };
}

/** Between the two the cost is a power of the number, beyond them it stays. */
export function costAt({ few, many }: CostCurve, connections: number): number {
  const within = Math.min(many.connections, Math.max(few.connections, connections));
  const share = Math.log(within / few.connections) / Math.log(many.connections / few.connections);
  return few.micros * (many.micros / few.micros) ** share;
}
