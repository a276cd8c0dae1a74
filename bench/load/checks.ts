import type { Check } from '../contract.js';
import type { LoadResult } from './load-result.js';
import type { OpenLoopResult } from './open-loop.js';

/** What the servers counted over the same time as the load. */
export interface ServerCounts {
  /** Requests that the instances answered. */
  readonly requests?: number;
  /** CPU time of the balancer, which has one core at most. */
  readonly balancerCpuMicros?: number;
}

export const LIMITS = {
  littlesLaw: 0.05,
  generatorCores: 0.8,
  balancerCores: 0.95,
  /** Of the requests of an open loop, how many may be written late: more would show in the 99th percentile. */
  lateShare: 0.01,
} as const;

/** Whether a measurement passes its own arithmetic. A cell with a check that is not ok takes no part in verdicts. */
export function checkLoad(result: LoadResult | OpenLoopResult, servers: ServerCounts = {}): Check[] {
  return [
    littlesLaw(result),
    everyRequestEnded(result),
    meanWithinMax(result),
    expectedStatuses(result),
    generatorHasRoom(result),
    ...('openLoop' in result ? [scheduleKept(result)] : []),
    ...(servers.requests === undefined ? [] : [sameCount(result, servers.requests)]),
    ...(servers.balancerCpuMicros === undefined ? [] : [balancerHasRoom(result, servers.balancerCpuMicros)]),
  ];
}

/** One check for each name: ok only where it was so in every round, with the detail of the first round that failed, or of the last. */
export function overRounds(rounds: readonly (readonly Check[])[]): Check[] {
  return (rounds[0] ?? []).map(({ name }) => {
    const same = rounds.flatMap((checks) => checks.filter((check) => check.name === name));
    const failed = same.filter(({ ok }) => !ok);
    const shown = failed[0] ?? same.at(-1);
    return {
      name,
      ok: failed.length === 0,
      detail: `${same.length - failed.length} of ${same.length} rounds; ${shown?.detail ?? ''}`,
    };
  });
}

/** Requests under way = rate × mean time under way (Little, "A Proof for the Queuing Formula L = λW", 1961). */
function littlesLaw({ latency, durationMs, meanInFlight }: LoadResult): Check {
  const expected = (latency.count / durationMs) * latency.meanMs;
  const deviation = Math.abs(expected / meanInFlight - 1);
  return {
    name: "Little's law",
    ok: deviation <= LIMITS.littlesLaw,
    detail: `${expected.toFixed(2)} under way by rate times latency, ${meanInFlight.toFixed(2)} counted (${percent(deviation)} apart)`,
  };
}

function everyRequestEnded({ sent, answered, failures }: LoadResult): Check {
  const failed = total(failures);
  const detail = `${sent} sent, ${answered} answered, ${failed} failed${failed === 0 ? '' : ` (${list(failures)})`}`;
  return { name: 'sent = answered + failed', ok: sent > 0 && sent === answered + failed, detail };
}

function meanWithinMax({ latency: { meanMs, maxMs } }: LoadResult): Check {
  return {
    name: 'mean ≤ max',
    ok: meanMs <= maxMs,
    detail: `mean ${meanMs.toFixed(3)} ms, maximum ${maxMs.toFixed(3)} ms`,
  };
}

function expectedStatuses({ unexpected, statuses }: LoadResult): Check {
  return {
    name: 'no unexpected status',
    ok: unexpected === 0,
    detail: `${unexpected} unexpected among ${list(statuses)}`,
  };
}

function generatorHasRoom({ generatorCpuMicros, generatorThreads, durationMs }: LoadResult): Check {
  const cores = generatorCpuMicros / 1000 / durationMs / generatorThreads;
  return {
    name: 'generator has room',
    ok: cores < LIMITS.generatorCores,
    detail: `generator used ${percent(cores)} of a core in each of ${generatorThreads} threads`,
  };
}

export function scheduleKept({ sent, failures, openLoop }: OpenLoopResult): Check {
  const dropped = failures.dropped ?? 0;
  const { scheduled, late, lagP99Ms, lagMaxMs } = openLoop;
  return {
    name: 'schedule kept',
    ok: sent === scheduled && dropped === 0 && late <= LIMITS.lateShare * scheduled,
    detail:
      `${sent} of ${scheduled} due, ${late} late, ${dropped} dropped, ` +
      `lag p99 ${lagP99Ms.toFixed(2)} ms, maximum ${lagMaxMs.toFixed(2)} ms`,
  };
}

/** A request that failed at the client may or may not have been answered by a server. */
function sameCount({ answered, failures }: LoadResult, requests: number): Check {
  const failed = total(failures);
  return {
    name: 'servers count the same',
    ok: requests >= answered && requests <= answered + failed,
    detail: `servers counted ${requests}, the client ${answered} answered and ${failed} failed`,
  };
}

function balancerHasRoom({ durationMs }: LoadResult, balancerCpuMicros: number): Check {
  const cores = balancerCpuMicros / 1000 / durationMs;
  return {
    name: 'balancer has room',
    ok: cores < LIMITS.balancerCores,
    detail: `balancer used ${percent(cores)} of a core`,
  };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function list(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
