import type { Cell } from '../contract.js';
import { demandAt } from '../model/demands.js';
import { evenlySpread, type NetworkResult, solveClosedNetwork, stationOf } from '../model/mva.js';
import { bootstrapInterval } from '../stats/bootstrap.js';
import { type Estimate, sumRatio } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { CPU_TALLIES, type Demands } from './round.js';
import type { Setting } from './setting.js';

export interface ClosedNetwork {
  readonly instances: number;
  readonly connections: number;
  /** What each instance may use. */
  readonly instanceCores: number;
  /** What the store may use: at most 1, as Redis works on one core. */
  readonly storeCores: number;
}

/**
 * What the demand of a tier changes with: caches are shared by so many instances; and what Redis does once for a batch is shared
 * by its reads, which are as many more as there are instances.
 */
const CHANGES_WITH: Readonly<Record<keyof Demands, (instances: number) => number>> = {
  instance: (instances) => instances,
  balancer: (instances) => instances,
  store: (instances) => 1 / instances,
  generator: (instances) => instances,
};

/**
 * The demands of a setting, from what was measured in the others alone. The interval is over rounds, which all settings have
 * in common.
 * @param settings with or without the one that is to be predicted; among them others of its strategy
 */
export function demandsFromOthers(settings: readonly Setting[], predicted: Setting, random: Random): Demands {
  const others = settings.filter(
    ({ strategy, instances }) => strategy !== predicted.strategy || instances !== predicted.instances,
  );
  const rounds = predicted.rounds.map((_, round) => round);
  const estimate = (tier: keyof Demands): Estimate => {
    const placeOf = ({ strategy, instances }: Setting) => ({ workload: strategy, at: CHANGES_WITH[tier](instances) });
    const demand = (sample: readonly number[]) => {
      const points = others.map((setting) => ({
        ...placeOf(setting),
        demandMicros: sumRatio(sample.flatMap((round) => setting.rounds[round] ?? []).map(CPU_TALLIES[tier])),
      }));
      return demandAt(points, placeOf(predicted));
    };
    return {
      value: demand(rounds),
      ...bootstrapInterval(rounds, demand, { random, resamples: 500 }),
      n: rounds.length,
      unit: 'µs',
    };
  };
  return {
    instance: estimate('instance'),
    balancer: estimate('balancer'),
    store: estimate('store'),
    generator: estimate('generator'),
  };
}

/**
 * Capacity and latency of a cluster from its demands alone: exact mean value analysis of a closed network with the
 * instances, the balancer, the store and the load generator as stations. The interval is that of the demands, all at their
 * low or all at their high end.
 */
export function predictSaturation(demands: Demands, network: ClosedNetwork): Cell['metrics'] {
  const solve = (end: 'value' | 'low' | 'high') => {
    const station = (name: keyof Demands, cores: number) =>
      stationOf({ name, cores, demandMicros: Math.max(0, demands[name][end]) });
    const instances = evenlySpread(station('instance', network.instanceCores), network.instances);
    const single = [station('balancer', 1), station('store', network.storeCores), station('generator', 1)];
    return solveClosedNetwork([...instances, ...single], network.connections);
  };
  const [value, cheap, dear] = [solve('value'), solve('low'), solve('high')];
  const estimate = (unit: string, of: (result: NetworkResult) => number): Estimate => {
    const [low = 0, high = 0] = [of(cheap), of(dear)].sort((a, b) => a - b);
    return { value: of(value), low, high, n: demands.instance.n, unit };
  };
  return {
    predictedCapacityRps: estimate('1/s', ({ throughputRps }) => throughputRps),
    predictedLatencyMeanMs: estimate('ms', ({ latencyMs }) => latencyMs),
  };
}
