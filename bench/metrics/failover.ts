/** What becomes of a replicated store whose master is killed, and of what it had promised. */
import type { Factors, FailoverRound } from '../contract.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';
import { median } from '../stats/quantiles.js';
import { bounded, meanQuantity, shareQuantity, unitsOf } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';

type Failover = MeasurementRef<'failover'>;
/** What a client is promised. */
type Promised = 'logins' | 'logouts';

/**
 * From the kill until no request fails any more, in s: to the end of the last bin in which one failed that was due, 0 where none failed. At
 * least so long where none was answered after it.
 */
export function outageS(measurement: Failover, factors: Factors): Quantity {
  const cell: CellRef<'failover'> = { measurement, factors };
  const described = { metric: 'outageS', label: 'outage', unit: 's', factors, cells: [cell] };
  const outages = (evidence: Evidence) => evidence.rounds(cell).map(outageOf);
  const quantity = meanQuantity(described, (evidence) => outages(evidence).map(({ seconds }) => seconds));
  return bounded(quantity, (evidence) => (outages(evidence).some(({ isCutOff }) => isCutOff) ? 'at least' : undefined));
}

function outageOf({ binMs, killedMs, ok, refused, failed }: FailoverRound) {
  const last = failed.findLastIndex((count) => count > 0);
  const seconds = last === -1 ? 0 : Math.max(0, (last + 1) * binMs - killedMs) / 1000;
  return { seconds, isCutOff: seconds > 0 && !isBack({ ok, refused, failed }) };
}

/** Whether something was answered after the last bin in which a request failed. */
export function isBack({ ok, refused, failed }: Pick<FailoverRound, 'ok' | 'refused' | 'failed'>): boolean {
  const last = failed.findLastIndex((count) => count > 0);
  return [ok, refused].some((series) => series.slice(last + 1).some((count) => count > 0));
}

/** Share of failovers after which something is not as it was acknowledged. What is lost together shares one fate: failovers are the units. */
export const losesLogins = lossesOf('logins', 'losesLoginsRatio', 'failovers that lose logins');
export const undoesLogouts = lossesOf('logouts', 'undoesLogoutsRatio', 'failovers that undo logouts');

function lossesOf(promised: Promised, metric: string, label: string) {
  return (measurement: Failover, factors: Factors): Quantity => {
    const cell: CellRef<'failover'> = { measurement, factors };
    return shareQuantity({ metric, label, factors, cells: [cell] }, (evidence) =>
      evidence.rounds(cell).map((round) => unitsOf(round[promised].lostMs.length > 0 ? 1 : 0, 1)),
    );
  };
}

/** How many of each, in one failover. */
export const loginsLost = lostOf('logins', 'loginsLost', 'logins lost in a failover');
export const logoutsUndone = lostOf('logouts', 'logoutsUndone', 'logouts undone in a failover');

function lostOf(promised: Promised, metric: string, label: string) {
  return meanOf(metric, label, promised, (round) => round[promised].lostMs.length);
}

/** From writing to the master until a replica has confirmed, in ms: what is younger when it dies may be lost. */
export const confirmMs = meanOf('confirmMs', 'until a replica has a write', 'ms', (round) => median(round.confirmMs));

/** Of all keys, those of the master that is killed. */
export const keyShare = meanOf('keyShare', 'keys of the killed master', 'share', (round) => round.keyShare);

/** In so many ms 99 of 100 requests that fail have failed. */
export const errorsWithinMs = meanOf('errorsWithinMs', '99 % of errors within', 'ms', ({ failed, failedLatency }) =>
  failed.some((count) => count > 0) ? quantileMs(decodeTimes(failedLatency), 0.99) : undefined,
);

function meanOf(metric: string, label: string, unit: string, figure: (round: FailoverRound) => number | undefined) {
  return (measurement: Failover, factors: Factors): Quantity => {
    const cell: CellRef<'failover'> = { measurement, factors };
    return meanQuantity({ metric, label, unit, factors, cells: [cell] }, (evidence) =>
      evidence.rounds(cell).flatMap((round) => figure(round) ?? []),
    );
  };
}
