import type { Check } from '../contract.js';
import { checkLoad, overRounds } from '../load/checks.js';
import { type Estimate, meanOverRounds, pairedRatio, ratioOfSums } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { DIRECT } from './proxies.js';
import { type CostRound, type Lane, REFERENCES, type Shape } from './rounds.js';

/** What the rounds of one lane come to. */
export interface Cell {
  readonly factors: Shape & Pick<Lane, 'proxy' | 'control'>;
  readonly metrics: Readonly<Record<string, Estimate>>;
  readonly checks: readonly Check[];
}

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
      factors: { proxy, connections, replyBytes, ...(control ? { control } : {}) },
      metrics: { ...cpuMetrics(lane, beside, chance), ...loadMetrics(lane, beside(DIRECT), chance) },
      // No limit for the proxy's own CPU: to work at its ceiling is what is asked of it here.
      checks: overRounds(lane.rounds.map(({ load, replies }) => checkLoad(load, { requests: replies }))),
    };
  });
}

/** Nothing without a proxy. */
function cpuMetrics(lane: Lane, beside: (name: string) => Lane | undefined, random: Random): Cell['metrics'] {
  if (lane.proxy === DIRECT) return {};
  const ratios = REFERENCES.flatMap((name): [string, Estimate][] => {
    const reference = beside(name);
    const [ours, theirs] = [lane.rounds.map(cpuPerRequest), reference?.rounds.map(cpuPerRequest)];
    const isMeasured = reference !== lane && theirs !== undefined && [...ours, ...theirs].every((cpu) => cpu > 0);
    return isMeasured ? [[RATIO_METRICS[name], pairedRatio(ours, theirs, { random })]] : [];
  });
  return {
    balancerCpuMicrosPerRequest: perRequest(lane.rounds, random, ({ proxyCpuMicros }) => proxyCpuMicros),
    ...Object.fromEntries(ratios),
  };
}

function loadMetrics({ proxy, rounds }: Lane, direct: Lane | undefined, random: Random): Cell['metrics'] {
  const perRound = (unit: string, figure: (round: CostRound) => number) =>
    meanOverRounds(rounds.map(figure), { random, unit });
  const metrics = {
    throughputRps: perRound('1/s', ({ load }) => load.throughputRps),
    latencyP50Ms: perRound('ms', ({ load }) => load.latency.p50Ms),
    latencyP99Ms: perRound('ms', ({ load }) => load.latency.p99Ms),
    generatorCpuMicrosPerRequest: perRequest(rounds, random, ({ load }) => load.generatorCpuMicros),
  };
  if (!direct || proxy === DIRECT) return metrics;
  const added = (of: 'p50Ms' | 'p99Ms') => {
    const differences = rounds.flatMap(({ load }, at) => {
      const without = direct.rounds[at];
      return without ? [load.latency[of] - without.load.latency[of]] : [];
    });
    return meanOverRounds(differences, { random, unit: 'ms' });
  };
  return { ...metrics, addedP50Ms: added('p50Ms'), addedP99Ms: added('p99Ms') };
}

/** µs of CPU for each request that was answered. */
function perRequest(rounds: readonly CostRound[], random: Random, micros: (round: CostRound) => number): Estimate {
  const tallies = rounds.map((round) => ({ amount: micros(round), count: round.load.answered }));
  return ratioOfSums(tallies, { random, unit: 'µs' });
}

function cpuPerRequest({ proxyCpuMicros, load }: CostRound): number {
  return proxyCpuMicros / load.answered;
}
