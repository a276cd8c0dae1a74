import type { Scope } from '../claims/claim.js';
import { evidenceOf } from '../claims/evidence.js';
import { BUILT } from '../claims/index.js';
import type { Factors, Results } from '../contract.js';
import { type CellRef, type Evidence, keyOf, nameOf, type Quantity } from '../metrics/quantity.js';
import { DEFAULT_CONFIDENCE } from '../stats/bootstrap.js';
import type { Estimate } from '../stats/estimate.js';
import { createRandom, type Random } from '../stats/prng.js';

/** A number of a run with its 95 % interval, whether a verdict rests on it or not. */
export interface RunNumber {
  /** The first that shows it. */
  readonly claim: string;
  readonly metric: string;
  /** For people. */
  readonly label: string;
  readonly factors: Factors;
  readonly estimate: Estimate;
}

/** Numbers by what they were measured by and in: the same key in two runs is the same number. */
export type RunNumbers = ReadonlyMap<string, RunNumber>;

/**
 * All numbers that a run's claims rest on or show, as far as its rounds give them, each once. All have 95 % intervals, unlike
 * those that decide a verdict, whose intervals hold together and are wider.
 */
export function numbersOf(results: Results): RunNumbers {
  const { plan, run } = results;
  const evidence = evidenceOf(results);
  const numbers = new Map<string, RunNumber>();
  for (const { claim, quantity } of plan ? quantitiesOf(plan) : []) {
    const key = `${nameOf(quantity)} from ${quantity.cells.map(cellName).join('; ')}`;
    if (numbers.has(key)) continue;
    const estimate = estimateOf(quantity, evidence, createRandom(run.seed, key));
    const { metric, label, factors } = quantity;
    if (estimate) numbers.set(key, { claim, metric, label, factors, estimate });
  }
  return numbers;
}

/** Claims that a run was to decide. */
export function chosenClaims({ claims, leftOut }: Pick<NonNullable<Results['plan']>, 'claims' | 'leftOut'>): string[] {
  return claims.filter((id) => !leftOut.some(({ claim }) => claim === id));
}

function quantitiesOf(plan: NonNullable<Results['plan']>) {
  const { strategies, instances } = plan;
  const chosen = chosenClaims(plan);
  return BUILT.filter(({ id }) => chosen.includes(id)).flatMap((claim) => {
    const { rule, shows = [] } = claim.ask({ strategies, instances } as Scope);
    return [...rule.quantities, ...shows].map((quantity) => ({ claim: claim.id, quantity }));
  });
}

function cellName({ measurement, factors }: CellRef): string {
  return `${measurement.key} / ${keyOf(factors)}`;
}

/** Undefined where the rounds do not give it. */
function estimateOf(quantity: Quantity, evidence: Evidence, random: Random): Estimate | undefined {
  if (quantity.cells.some((cell) => evidence.missing(cell) !== undefined)) return undefined;
  try {
    const estimate = quantity.estimate(evidence, { random, confidence: DEFAULT_CONFIDENCE });
    const isKnown = [estimate.value, estimate.low, estimate.high].every(Number.isFinite);
    return isKnown ? { ...estimate, unit: quantity.unit } : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
