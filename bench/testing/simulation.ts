import type { Factors, Machine, Measurement, Round } from '../contract.js';
import { Histogram } from '../load/histogram.js';
import { keyOf } from '../metrics/quantity.js';
import { createRandom, type Random } from '../stats/prng.js';
import type { Truth } from './truth.js';

/** One round to be made up. */
export interface Simulation {
  readonly measurement: Measurement;
  readonly factors: Factors;
  readonly strategy: string;
  readonly instances: number;
  readonly truth: Truth;
  readonly strategies: readonly string[];
  readonly random: Random;
  /** What all cells of this sweep have in common: the machine is slower now, and faster then. */
  readonly sweepNoise: number;
  readonly head: Head;
}

type Head = Pick<
  Round,
  'kind' | 'measurement' | 'factors' | 'sweep' | 'startedAt' | 'durationMs' | 'machine' | 'checks'
>;

const MACHINE: Machine = { stealMs: 0, pressureMs: 12 };

export interface Place {
  readonly measurement: Measurement;
  readonly factors: Factors;
  readonly sweep: number;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** Each round has a stream of chance of its own: what is left out changes no other. */
export function simulationOf(
  place: Place,
  { seed, truth, strategies }: { readonly seed: number; readonly truth: Truth; readonly strategies: readonly string[] },
): Simulation {
  const { measurement, factors, sweep, startedAt, durationMs } = place;
  return {
    measurement,
    factors,
    strategy: String(factors.strategy ?? ''),
    instances: Number(factors.instances ?? 1),
    truth,
    strategies,
    random: createRandom(seed, `${measurement.key} ${keyOf(factors)} ${sweep}`),
    sweepNoise: lognormal(createRandom(seed, `${measurement.key} ${sweep}`), 0.8 * truth.noise),
    head: {
      kind: 'round',
      measurement: measurement.key,
      factors,
      sweep,
      startedAt,
      durationMs,
      machine: MACHINE,
      checks: [{ name: 'adds up', ok: true, detail: 'simulated' }],
    },
  };
}

/** What a round of this sweep finds of a cost: part of its noise is the sweep's, part its own. */
export function noisy(cost: number, { random, truth, sweepNoise }: Simulation): number {
  return cost * sweepNoise * lognormal(random, 0.6 * truth.noise);
}

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function lognormal(random: Random, sigma: number): number {
  return Math.exp(sigma * normal(random));
}

/** How many of `trials` succeed. */
export function binomial(random: Random, trials: number, share: number): number {
  let successes = 0;
  for (let trial = 0; trial < trials; trial++) if (random() < share) successes++;
  return successes;
}

/** `total` dealt out in whole numbers, as even as can be. */
export function deal(total: number, among: number): number[] {
  return Array.from({ length: among }, (_, at) => Math.floor(total / among) + (at < total % among ? 1 : 0));
}

/** The 0.99-quantile of the normal distribution. */
const P99_DEVIATIONS = 2.326;

/** Times of a lognormal distribution, encoded. */
export function times(random: Random, count: number, of: { readonly p50Ms: number; readonly p99Ms: number }): string {
  const histogram = new Histogram();
  const sigma = Math.log(of.p99Ms / of.p50Ms) / P99_DEVIATIONS;
  for (let i = 0; i < count; i++) histogram.record(1000 * of.p50Ms * lognormal(random, sigma));
  return histogram.encode();
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
