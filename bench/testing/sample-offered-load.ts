import { MOUNTED_STRATEGIES } from '../../services/contract.js';
import type { OfferedLoadRound } from '../contract.js';
import { lognormal, noisy, type Simulation, times } from './simulation.js';

export function sampleOfferedLoad(simulation: Simulation): OfferedLoadRound {
  const { factors, strategy, instances, truth, head, random } = simulation;
  const load = Number(factors.load);
  const dearest = Math.max(...MOUNTED_STRATEGIES.map((name) => truth.instanceMicros[name] ?? 0));
  const offeredRps = (load * instances * truth.instanceCores * 1e6) / dearest;
  const scheduled = Math.round(offeredRps * (head.durationMs / 1000) * lognormal(random, 0.02));
  const p99Ms = noisy(truth.p99Ms(strategy, load), simulation);
  return {
    ...head,
    protocol: 'offered-load',
    offeredRps,
    instanceCores: truth.instanceCores,
    slicePeriodMs: 50,
    scheduled,
    sent: scheduled,
    answered: scheduled,
    statuses: { 200: scheduled },
    failures: {},
    latency: times(random, scheduled, { p50Ms: p99Ms / 5, p99Ms }),
    late: 0,
    lagP99Ms: 0.4,
    repeats: 0,
    generatorCpuMicros: noisy(30 * scheduled, simulation),
  };
}
