import { periodMsOf } from '../cluster/cpu-quota.js';
import type { Check, SaturationRound } from '../contract.js';
import { throughputOf, utilisationsOf } from '../metrics/saturation.js';
import { decodeTimes, meanMs } from '../stats/histogram.js';
import { isLostElsewhere, takesPassword } from '../strategies.js';

/** How far a round may be off its own arithmetic. */
export const TOLERANCE = {
  /** Of a slice, beside one more period of it: the window need not begin and end with periods. */
  utilisation: 0.05,
  /** Of X · R ≤ connections: the balancer counts requests as they come, clients as they are answered. */
  littlesLaw: 0.1,
  /** The two clocks of a window, the driver's and the balancer's. */
  window: 0.25,
  unexpectedShare: 0.01,
} as const;

const LEAST_REQUESTS = 30;
/** Where each takes a password check, which is worth hundreds of others. */
const LEAST_PASSWORDS = 8;
const GENERATOR_CORES = 0.8;
const BALANCER_CORES = 0.95;

type Observed = Omit<SaturationRound, 'checks'>;

/** Whether a round passes its own arithmetic. Pure. */
export function checkSaturation(round: Observed): Check[] {
  return [
    enoughRequests(round),
    everyRequestEnded(round),
    windowKept(round),
    withinConnections(round),
    expectedStatuses(round),
    ...(round.instanceCores === null ? haveRoom(round) : [withinSlices(round)]),
  ];
}

/** For a round without load. */
export function checkIdle({ steady: { work } }: Observed): Check[] {
  return [
    {
      name: 'nobody else asks',
      ok: work.balancerRequests === 0,
      detail: `${work.balancerRequests} requests while nothing was sent`,
    },
  ];
}

function enoughRequests({ factors, steady: { work } }: Observed): Check {
  const least = takesPassword(factors.strategy) ? LEAST_PASSWORDS : LEAST_REQUESTS;
  return {
    name: 'enough requests',
    ok: work.instanceRequests >= least,
    detail: `${work.instanceRequests} in the steady time, ${least} at least`,
  };
}

function everyRequestEnded({ sent, answered, failures }: Observed): Check {
  const failed = total(failures);
  return {
    name: 'sent = answered + failed',
    ok: sent > 0 && sent === answered + failed,
    detail: `${sent} sent, ${answered} answered, ${failed} failed`,
  };
}

function windowKept({ steady: { work, durationMs } }: Observed): Check {
  const off = Math.max(...[work.cpuMs, work.balancerMs].map((ms) => Math.abs(ms / durationMs - 1)));
  return {
    name: 'one window for all counts',
    ok: off <= TOLERANCE.window,
    detail: `steady for ${durationMs.toFixed(0)} ms, CPU times over ${work.cpuMs.toFixed(0)}, counts over ${work.balancerMs.toFixed(0)}`,
  };
}

/**
 * Little's law, by counts of two parties: the balancer's throughput, the clients' latency (Little, 1961). What was under way when the
 * window began has waited before it, for one latency on each connection at most.
 */
function withinConnections(round: Observed): Check {
  const latencyMs = meanMs(decodeTimes(round.steady.latency));
  const underWay = (throughputOf(round) * latencyMs) / 1000;
  const before = Math.min(1, latencyMs / round.steady.durationMs);
  return {
    name: 'X · R ≤ connections',
    ok: underWay <= round.connections * (1 + TOLERANCE.littlesLaw + before),
    detail: `${underWay.toFixed(1)} under way on ${round.connections} connections`,
  };
}

/** Behind round robin most of several instances refuse a session of another one: that is the finding, and no fault. */
function expectedStatuses({ factors, steady: { statuses } }: Observed): Check {
  const expected = isLostElsewhere(factors.strategy) && Number(factors.instances) > 1 ? ['200', '401'] : ['200'];
  const answers = total(statuses);
  const unexpected = answers - expected.reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  return {
    name: 'few unexpected answers',
    ok: unexpected <= TOLERANCE.unexpectedShare * answers,
    detail: `${unexpected} of ${answers}`,
  };
}

/** What a part may seem to have used of its slice in a window: all of it, one more period, and the tolerance. */
export function utilisationAtMost(cores: number, cpuMs: number): number {
  return 1 + TOLERANCE.utilisation + periodMsOf(cores) / cpuMs;
}

function withinSlices(round: Observed): Check {
  const { instance, store } = utilisationsOf(round);
  const { cpuMs } = round.steady.work;
  const most = (cores: number | null) => (cores === null ? 1 : utilisationAtMost(cores, cpuMs));
  return {
    name: 'U ≤ 1',
    ok: instance <= most(round.instanceCores) && store <= most(round.storeCores),
    detail: `instances busy for ${percent(instance)} of their slices, Redis for ${percent(store)}`,
  };
}

/** On slices it is no fault where generator or balancer hold back: the capacity is a bound then, see capacityBound. */
function haveRoom({ durationMs, generatorCpuMicros, steady: { work } }: Observed): Check[] {
  return [
    hasRoom('generator has room', generatorCpuMicros / 1000 / durationMs, GENERATOR_CORES),
    hasRoom('balancer has room', work.balancerCpuMicros / 1000 / work.balancerMs, BALANCER_CORES),
  ];
}

function hasRoom(name: string, cores: number, limit: number): Check {
  return { name, ok: cores < limit, detail: `${percent(cores)} of a core used` };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
