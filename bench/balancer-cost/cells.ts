import { type Cell, CONTROL } from '../contract.js';
import { checkLoad, overRounds } from '../load/checks.js';
import { LoadEstimates } from '../load/round.js';
import { type Estimate, pairedRatio } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { DIRECT } from './proxies.js';
import { type CostRound, type Lane, REFERENCES } from './rounds.js';

/** The metric that relates a proxy's CPU time per request to that of a reference. */
export const RATIO_METRICS: Readonly<Record<(typeof REFERENCES)[number], string>> = {
  haproxy: 'cpuRatioToHaproxy',
  'http-proxy': 'cpuRatioToHttpProxy',
};

/** @param random a stream of chance of its own for each label */
export function toCells(lanes: readonly Lane[], random: (label: string) => Random): Cell[] {
  return lanes.map((lane) => {
    const { proxy, control, connections, replyBytes } = lane;
    const beside = (name: string) =>
      lanes.find(
        (other) =>
          other.proxy === name &&
          !other.control &&
          other.connections === connections &&
          other.replyBytes === replyBytes,
      );
    const chance = random(`${proxy}/${connections}/${replyBytes}/${control ?? ''}`);
    return {
      factors: { proxy, connections, replyBytes, ...(control ? { [CONTROL]: true } : {}) },
      metrics: { ...cpuMetrics(lane, beside, chance), ...loadMetrics(lane, beside(DIRECT), chance) },
      // No limit for the proxy's own CPU: to work at its ceiling is what is asked of it here.
      checks: overRounds(lane.rounds.map(({ load, replies }) => checkLoad(load, { requests: replies }))),
    };
  });
}

/** Nothing without a proxy. */
function cpuMetrics(lane: Lane, beside: (name: string) => Lane | undefined, random: Random): Cell['metrics'] {
  if (lane.proxy === DIRECT) return {};
  const estimates = new LoadEstimates(lane.rounds, random);
  const ratios = REFERENCES.flatMap((name): [string, Estimate][] => {
    const reference = beside(name);
    const [ours, theirs] = [lane.rounds.map(cpuPerRequest), reference?.rounds.map(cpuPerRequest)];
    const isMeasured = reference !== lane && theirs !== undefined && [...ours, ...theirs].every((cpu) => cpu > 0);
    return isMeasured ? [[RATIO_METRICS[name], pairedRatio(ours, theirs, { random })]] : [];
  });
  return {
    balancerCpuMicrosPerRequest: estimates.perRequest('µs', ({ proxyCpuMicros }) => proxyCpuMicros),
    ...Object.fromEntries(ratios),
  };
}

function loadMetrics({ proxy, rounds }: Lane, direct: Lane | undefined, random: Random): Cell['metrics'] {
  const estimates = new LoadEstimates(rounds, random);
  const metrics = {
    throughputRps: estimates.perRound('1/s', ({ load }) => load.throughputRps),
    latencyP50Ms: estimates.perRound('ms', ({ load }) => load.latency.p50Ms),
    latencyP99Ms: estimates.perRound('ms', ({ load }) => load.latency.p99Ms),
    generatorCpuMicrosPerRequest: estimates.perRequest('µs', ({ load }) => load.generatorCpuMicros),
  };
  if (!direct || proxy === DIRECT) return metrics;
  const added = (of: 'p50Ms' | 'p99Ms') => {
    const pairs = rounds.flatMap(({ load }, at) => {
      const without = direct.rounds[at];
      return without ? [{ load, without: without.load }] : [];
    });
    return new LoadEstimates(pairs, random).perRound(
      'ms',
      ({ load, without }) => load.latency[of] - without.latency[of],
    );
  };
  return { ...metrics, addedP50Ms: added('p50Ms'), addedP99Ms: added('p99Ms') };
}

function cpuPerRequest({ proxyCpuMicros, load }: CostRound): number {
  return proxyCpuMicros / load.answered;
}
