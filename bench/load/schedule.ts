import { createRandom, exponential, type Random } from '../stats/prng.js';

export interface ScheduleShape {
  readonly rateRps: number;
  readonly durationMs: number;
  /** `poisson`: users who know nothing of each other. `even`: one every 1000 / rateRps ms. */
  readonly arrivals: 'poisson' | 'even';
  /** How many identities share the requests. */
  readonly identities: number;
  /** The k-th most active identity sends in proportion to 1 / k^exponent. Default 0: all are equally active. */
  readonly zipfExponent?: number;
}

/** Who sends when, fixed before anything is sent. */
export interface Schedule {
  /** Milliseconds after the start, ascending, all below the duration. */
  readonly atMs: Float64Array;
  /** The identity of each arrival, from 0. */
  readonly identity: Uint32Array;
}

/** The same shape and seed give the same schedule. */
export function createSchedule(shape: ScheduleShape, seed: number): Schedule {
  const atMs = shape.arrivals === 'even' ? evenArrivals(shape) : poissonArrivals(shape, createRandom(seed, 'arrivals'));
  const draw = createZipf(shape.identities, shape.zipfExponent ?? 0, createRandom(seed, 'identities'));
  return { atMs, identity: Uint32Array.from(atMs, draw) };
}

/** The part of one of `parts` senders: every parts-th arrival, so that each part has the shape of the whole. */
export function takePart({ atMs, identity }: Schedule, part: number, parts: number): Schedule {
  const mine = (_: number, index: number) => index % parts === part;
  return { atMs: atMs.filter(mine), identity: identity.filter(mine) };
}

function evenArrivals({ rateRps, durationMs }: ScheduleShape): Float64Array {
  const count = Math.round((rateRps * durationMs) / 1000);
  return Float64Array.from({ length: count }, (_, i) => (i * 1000) / rateRps);
}

function poissonArrivals({ rateRps, durationMs }: ScheduleShape, random: Random): Float64Array {
  const atMs: number[] = [];
  for (let at = exponential(random, 1000 / rateRps); at < durationMs; at += exponential(random, 1000 / rateRps)) {
    atMs.push(at);
  }
  return Float64Array.from(atMs);
}

/** Draws ranks from 0 to `count` - 1, the rank k with a probability in proportion to 1 / (k + 1)^exponent. */
export function createZipf(count: number, exponent: number, random: Random): () => number {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) cumulative[rank] = total += (rank + 1) ** -exponent;
  return () => firstAbove(cumulative, random() * total);
}

/** Index of the first value above `limit` in ascending values. */
function firstAbove(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
