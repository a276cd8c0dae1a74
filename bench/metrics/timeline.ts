import { type Factors, TIMELINE_TIMEOUT_MS, type TimelineRound } from '../contract.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';
import { bounded, meanQuantity, shareQuantity, unitsOf } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';
import { at, meanOf, watch } from './watched.js';

type Timeline = MeasurementRef<'timeline'>;

/**
 * Share of users who were signed in before and no more after. What is repeated is the event, and users share its fate: the rounds
 * are the units.
 */
export function loggedOutRatio(measurement: Timeline, factors: Factors): Quantity {
  return meanOf('loggedOutRatio', 'users logged out', 'share', watch(measurement, factors), ({ line }) =>
    line.users === 0 ? undefined : line.loggedOut / line.users,
  );
}

/** The same where an event meets every user by himself: the users are the units. */
export function loggedOutUsersRatio(measurement: Timeline, factors: Factors): Quantity {
  const watched = watch(measurement, factors);
  const described = { metric: 'loggedOutRatio', label: 'users logged out', factors, cells: [watched.cell] };
  return shareQuantity(described, (evidence) =>
    watched.of(evidence).map(({ line }) => unitsOf(line.loggedOut, line.users)),
  );
}

/** Share of requests that were answered and recognised between two events. */
export function answeredRatio(measurement: Timeline, factors: Factors, from: string, until: string): Quantity {
  return meanOf(
    'answeredRatio',
    'requests answered meanwhile',
    'share',
    watch(measurement, factors),
    ({ round, line }) => {
      const bins = binsBetween(round, from, until);
      const ok = sum(bins, line.ok);
      const all = ok + sum(bins, line.refused) + sum(bins, line.failed);
      return all === 0 ? undefined : ok / all;
    },
  );
}

/** Requests that failed in a round, of those that were sent. */
export function failedRatio(measurement: Timeline, factors: Factors): Quantity {
  return meanOf('failedRatio', 'requests failed', 'share', watch(measurement, factors), ({ line }) => {
    const all = total(line.ok) + total(line.refused) + total(line.failed);
    return all === 0 ? undefined : total(line.failed) / all;
  });
}

/**
 * From an event until requests fail no more, in ms: to the end of the last bin in which one did, 0 where none failed. At least so long where
 * no request was answered after it.
 */
export function failingMs(measurement: Timeline, factors: Factors, from: string): Quantity {
  return meanOf(
    'failingMs',
    'from the event until no request fails',
    'ms',
    watch(measurement, factors),
    ({ round, line }) => {
      const startMs = at(round, from);
      const last = line.failed.findLastIndex((count) => count > 0);
      if (startMs === undefined) return undefined;
      const failing = last === -1 ? 0 : Math.max(0, (last + 1) * round.binMs - startMs);
      const isAnswered = [line.ok, line.refused].some((series) => series.slice(last + 1).some((count) => count > 0));
      return failing === 0 || isAnswered ? failing : { atLeast: failing };
    },
  );
}

/** How long a request takes to fail: the median, in ms. Unknown where none failed; at least so long where the client gave up first. */
export function timeToFailMs(measurement: Timeline, factors: Factors): Quantity {
  return meanOf('timeToFailMs', 'median time to fail', 'ms', watch(measurement, factors), ({ line }) => {
    if (total(line.failed) === 0) return undefined;
    const medianMs = quantileMs(decodeTimes(line.failedLatency), 0.5);
    return medianMs < TIMELINE_TIMEOUT_MS ? medianMs : { atLeast: TIMELINE_TIMEOUT_MS };
  });
}

/** A stretch of a timeline, by the names of its events. */
export interface Stretch {
  readonly from: string;
  readonly until: string;
  /** Where `until` has not come by then it does not come. */
  readonly watchedUntil: string;
}

/** From one event to another, in ms; at least as long as it was watched where the other did not come. */
export function betweenEventsMs(
  measurement: Timeline,
  factors: Factors,
  { from, until, watchedUntil }: Stretch,
): Quantity {
  const cell: CellRef<'timeline'> = { measurement, factors };
  const ends = (evidence: Evidence) =>
    evidence.rounds(cell).flatMap((round) => {
      const [start, end, watched] = [at(round, from), at(round, until), at(round, watchedUntil)];
      const last = end ?? watched;
      return start === undefined || last === undefined ? [] : [{ ms: last - start, isCutOff: end === undefined }];
    });
  const described = { metric: 'detectedMs', label: `from ${from} to ${until}`, unit: 'ms', factors };
  const quantity = meanQuantity({ ...described, cells: [cell] }, (evidence) => ends(evidence).map(({ ms }) => ms));
  return bounded(quantity, (evidence) => (ends(evidence).some(({ isCutOff }) => isCutOff) ? 'at least' : undefined));
}

/** Bins that lie wholly between two events; none where one of them did not come. */
function binsBetween(round: TimelineRound, from: string, until: string): number[] {
  const [start, end] = [at(round, from), at(round, until)];
  if (start === undefined || end === undefined) return [];
  const [first, last] = [Math.ceil(start / round.binMs), Math.floor(end / round.binMs)];
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

function sum(bins: readonly number[], series: readonly number[]): number {
  return bins.reduce((total, bin) => total + (series[bin] ?? 0), 0);
}

function total(series: readonly number[]): number {
  return series.reduce((sum, count) => sum + count, 0);
}
