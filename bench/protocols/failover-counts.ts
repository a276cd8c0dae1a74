/** What a failover's round counts and checks. Pure. */
import { BIN_MS, type Check, type FailoverRound } from '../contract.js';
import { Recorder } from '../load/recorder.js';
import { type Asked, isAnswered } from '../load/session-traffic.js';
import { isBack } from '../metrics/failover.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';

/** Requests that fail tell so at the latest, but for a few on a machine that is busy. */
const ERROR_WITHIN_MS = 600;
const IN_TIME_SHARE = 0.99;

type Counted = Pick<FailoverRound, 'binMs' | 'ok' | 'refused' | 'failed' | 'statuses' | 'failedLatency'>;

export function countBins(asked: readonly Asked[]): Counted {
  const bins = 1 + Math.max(0, ...asked.map(({ dueAtMs }) => Math.floor(dueAtMs / BIN_MS)));
  const series = (matches: (status: number) => boolean) => {
    const counts = Array.from({ length: bins }, () => 0);
    for (const { dueAtMs, status } of asked) {
      const bin = Math.floor(dueAtMs / BIN_MS);
      if (matches(status)) counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  const [all, failed] = [new Recorder(), new Recorder()];
  for (const { status, latencyMs } of asked) {
    all.answered(status, 1000 * latencyMs);
    if (!isAnswered(status)) failed.answered(status, 1000 * latencyMs);
  }
  return {
    binMs: BIN_MS,
    ok: series((status) => isAnswered(status) && status < 400),
    refused: series((status) => isAnswered(status) && status >= 400),
    failed: series((status) => !isAnswered(status)),
    statuses: all.snapshot().statuses as Record<string, number>,
    failedLatency: failed.snapshot().latency,
  };
}

/** Where service has not come back that is what was found, and what was promised cannot be looked for. */
export function checkFailover(
  { statuses, failedLatency, logins, logouts, ...bins }: Counted & Pick<FailoverRound, 'logins' | 'logouts'>,
  { readers, isReplaced }: { readonly readers: number; readonly isReplaced: boolean },
): Check[] {
  const failed = Object.entries(statuses).filter(([status]) => !isAnswered(Number(status)));
  const others = failed.filter(([status]) => status !== '503').map(([status, count]) => `${count} of ${status}`);
  const withinMs = failed.length === 0 ? 0 : quantileMs(decodeTimes(failedLatency), IN_TIME_SHARE);
  const isAway = !isBack(bins);
  const unknown = logins.unknown + logouts.unknown;
  return [
    { name: 'everyone was signed in before', ok: readers === 1, detail: `${(100 * readers).toFixed(0)} % of readers` },
    {
      name: 'errors are 503, and in time',
      ok: others.length === 0 && withinMs <= ERROR_WITHIN_MS,
      detail: `99 % of them within ${withinMs.toFixed(0)} ms${others.length > 0 ? `; others: ${others.join(', ')}` : ''}`,
    },
    {
      name: 'all that was acknowledged was looked for',
      ok: (logins.count > 0 && logouts.count > 0 && unknown === 0) || isAway,
      detail: `${logins.count} logins and ${logouts.count} logouts, of which ${unknown} could not be found out about`,
    },
    {
      name: 'another took its place',
      ok: isReplaced || isAway,
      detail: isReplaced ? 'as many masters, without it' : 'it is a master, or missing',
    },
  ];
}
