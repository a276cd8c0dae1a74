import type { Cell } from '../contract.js';
import { evenlySpread, type NetworkResult, solveClosedNetwork, stationOf } from '../model/mva.js';
import type { Estimate } from '../stats/estimate.js';

export interface ClosedNetwork {
  readonly instances: number;
  readonly connections: number;
  /** What each instance may use. */
  readonly instanceCores: number;
  /** What the store may use: at most 1, as Redis works on one core. */
  readonly storeCores: number;
}

/** CPU time per request of each tier, in µs. */
export type Demands = Readonly<Record<'instance' | 'balancer' | 'store' | 'generator', Estimate>>;

/**
 * Capacity and latency of a cluster that was not measured, from the demands of one that was: mean value analysis with the
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
