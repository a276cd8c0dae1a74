import type { Factors, Measurement, Results, Round } from '../contract.js';
import type { Quantity } from '../metrics/quantity.js';
import { sideOf } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { studentT } from '../stats/student-t.js';
import { isSound, roundsByCell } from './evidence.js';
import { nextLook } from './looks.js';
import { isTooFew } from './tested.js';

/** Some cells of a measurement, until each has so many sound rounds. */
export interface More {
  readonly measurement: Measurement;
  readonly cells: readonly Factors[];
  readonly sweeps: number;
}

/** What an open claim takes. */
export interface Need {
  readonly claim: string;
  /** For the next look at it; none where there is none. */
  readonly next: readonly More[];
  /** About how long that takes. */
  readonly seconds: number;
  /** About how long it takes to decide, from now; null where no look that is left should. */
  readonly minutes: number | null;
}

export interface Held {
  readonly quantity: Quantity;
  readonly estimate: Estimate;
  readonly thresholds: readonly number[];
  /** See Rule. */
  readonly least?: number;
}

/** Of claims that are measured and open, those first that need least. */
export function needsOf(judgements: readonly { readonly need?: Need }[]): Need[] {
  return judgements
    .flatMap(({ need }) => (need && need.next.length > 0 ? [need] : []))
    .sort((a, b) => (a.minutes ?? Infinity) - (b.minutes ?? Infinity) || a.seconds - b.seconds);
}

/** Getting a measurement to go on. */
const SETUP_SECONDS = 4;
/** What a round takes beside its own time. */
const AROUND = 1.15;
/** More degrees of freedom change Student's t by less than one in a thousand. */
const MOST_DEGREES = 1000;

/**
 * Of the numbers that are open those cells are measured more, and no others. Which look decides is foretold from the interval as it is:
 * it shrinks with the root of the number of rounds, and with Student's t; what is counted grows with the rounds. Undefined where nothing is open
 * that more rounds would decide. Pure.
 * @param confidence of the intervals
 */
export function needOf(
  claim: string,
  deciding: readonly Held[],
  confidence: number,
  results: Results,
): Need | undefined {
  const open = deciding.filter(
    ({ estimate, thresholds, least = 0 }) =>
      isTooFew(estimate, least) || thresholds.some((at) => contains(estimate, at)),
  );
  if (open.length === 0) return undefined;
  const steps = (results.plan?.measurements ?? []).flatMap((measurement) => {
    const own = open.filter(({ quantity }) => quantity.cells.some((cell) => cell.measurement.key === measurement.key));
    return own.length > 0 ? [stepOf(measurement, own, confidence, results)] : [];
  });
  const possible = steps.filter(({ next }) => next !== undefined);
  const decides = steps.every(({ secondsToDecide }) => secondsToDecide !== null) && steps.length > 0;
  const inAll = steps.reduce((sum, { secondsToDecide }) => sum + SETUP_SECONDS + (secondsToDecide ?? 0), 0);
  return {
    claim,
    next: possible.flatMap(({ next }) => next ?? []),
    seconds: possible.reduce((sum, step) => sum + SETUP_SECONDS + step.seconds, 0),
    minutes: decides ? Math.max(1, Math.ceil(inAll / 60)) : null,
  };
}

function contains(estimate: Estimate, threshold: number): boolean {
  return sideOf(estimate, threshold) === 'open';
}

function stepOf(measurement: Measurement, open: readonly Held[], confidence: number, results: Results) {
  const { key, leastSweeps } = measurement;
  const factors = open.flatMap(({ quantity }) =>
    quantity.cells.filter((cell) => cell.measurement.key === key).map((cell) => cell.factors),
  );
  const cells = [...new Map(factors.map((one) => [JSON.stringify(one), one])).values()];
  const all = roundsByCell(results, { key, cells });
  const rounds = Math.min(...all.map((own) => own.filter(isSound).length));
  const sweeps = nextLook(leastSweeps, rounds);
  const sweepSeconds = AROUND * all.reduce((sum, own) => sum + meanSeconds(own), 0);
  const looks = open.map((held) => lookThatDecides(held, { rounds, leastSweeps, confidence }));
  const last = looks.includes(null) ? null : Math.max(...looks.map((look) => look ?? 0));
  return {
    next: sweeps === undefined ? undefined : { measurement, cells, sweeps },
    seconds: sweeps === undefined ? 0 : (sweeps - rounds) * sweepSeconds,
    secondsToDecide: last === null ? null : (last - rounds) * sweepSeconds,
  };
}

interface Looking {
  readonly rounds: number;
  readonly leastSweeps: number;
  readonly confidence: number;
}

/** Number of rounds at the first look at which the interval should lie on one side of its thresholds; null where none should. */
function lookThatDecides(held: Held, { rounds, leastSweeps, confidence }: Looking): number | null {
  // A longer look at what is cut off each time is cut off as well.
  if (held.estimate.bound) return null;
  const widthAt = (times: number) => {
    const degrees = Math.round(Math.min(MOST_DEGREES, Math.max(1, held.estimate.n * times - 1)));
    return studentT(confidence, degrees) / Math.sqrt(times);
  };
  const { least = 0, estimate } = held;
  const near = held.thresholds.filter((threshold) => contains(held.estimate, threshold));
  const reach = Math.max(0, ...near.map((threshold) => reachOf(held, threshold)));
  for (let look = nextLook(leastSweeps, rounds); look !== undefined; look = nextLook(leastSweeps, look)) {
    const isEnough = !isTooFew(estimate, least) || estimate.n * (look / rounds) >= least;
    if (isEnough && (reach * widthAt(look / rounds)) / widthAt(1) < 1) return look;
  }
  return null;
}

/** Half-width on the side of the threshold, by the distance to it. Ratios and costs err by a factor, shares by a difference. */
function reachOf({ quantity, estimate }: Held, threshold: number): number {
  const { value, low, high } = estimate;
  const end = threshold > value ? high : low;
  const isFactor = quantity.unit !== 'share' && low > 0;
  const [width, distance] = isFactor
    ? [Math.log(end / value), Math.log(threshold / value)]
    : [end - value, threshold - value];
  return Math.abs(width / distance);
}

function meanSeconds(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000 / Math.max(1, rounds.length);
}
