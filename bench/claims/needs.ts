import type { Factors, Measurement, Results, Round } from '../contract.js';
import type { Quantity } from '../metrics/quantity.js';
import type { Estimate } from '../stats/estimate.js';
import { isSound, roundsByCell } from './evidence.js';
import { mostRounds, nextLook } from './looks.js';

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
  /** About how long it takes to decide, from now; null where no look that is left would. */
  readonly minutes: number | null;
}

export interface Held {
  readonly quantity: Quantity;
  readonly estimate: Estimate;
  readonly thresholds: readonly number[];
}

/** Getting a measurement to go on. */
const SETUP_SECONDS = 4;
/** What a round takes beside its own time. */
const AROUND = 1.15;

/**
 * Half-widths shrink with the root of the number of rounds, and have to become smaller than the distance to the threshold: of the
 * numbers that are open, those cells are measured more, and no others. Pure.
 */
export function needOf(claim: string, deciding: readonly Held[], results: Results): Need {
  const open = deciding.flatMap(({ quantity, estimate, thresholds }) => {
    const near = thresholds.filter((threshold) => estimate.low <= threshold && threshold <= estimate.high);
    const times = near.map((at) => ((estimate.high - estimate.low) / 2 / Math.abs(estimate.value - at)) ** 2);
    return near.length > 0 ? [{ quantity, times: Math.max(...times) }] : [];
  });
  const steps = (results.plan?.measurements ?? []).flatMap((measurement) => {
    const asked = open.flatMap(({ quantity, times }) =>
      quantity.cells
        .filter((cell) => cell.measurement.key === measurement.key)
        .map(({ factors }) => ({ factors, times })),
    );
    return asked.length > 0 ? [stepOf(measurement, asked, results)] : [];
  });
  const possible = steps.filter(({ next }) => next !== undefined);
  const seconds = possible.reduce((sum, step) => sum + SETUP_SECONDS + step.seconds, 0);
  const isPossible = steps.every(({ rounds, needed, most }) => rounds < needed && needed <= most);
  const inAll = steps.reduce((sum, step) => sum + SETUP_SECONDS + step.secondsToDecide, 0);
  return {
    claim,
    next: possible.flatMap(({ next }) => next ?? []),
    seconds,
    minutes: steps.length > 0 && isPossible ? Math.max(1, Math.ceil(inAll / 60)) : null,
  };
}

function stepOf(
  measurement: Measurement,
  asked: readonly { readonly factors: Factors; readonly times: number }[],
  results: Results,
) {
  const cells = [...new Map(asked.map(({ factors }) => [JSON.stringify(factors), factors])).values()];
  const all = roundsByCell(results, { key: measurement.key, cells });
  const rounds = Math.min(...all.map((own) => own.filter(isSound).length));
  const { leastSweeps } = measurement;
  const sweeps = nextLook(leastSweeps, rounds);
  const needed = rounds * Math.max(...asked.map(({ times }) => times));
  const sweepSeconds = AROUND * all.reduce((sum, own) => sum + meanSeconds(own), 0);
  return {
    rounds,
    needed,
    most: mostRounds(leastSweeps),
    next: sweeps === undefined ? undefined : { measurement, cells, sweeps },
    seconds: sweeps === undefined ? 0 : (sweeps - rounds) * sweepSeconds,
    secondsToDecide: (needed - rounds) * sweepSeconds,
  };
}

function meanSeconds(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000 / Math.max(1, rounds.length);
}
