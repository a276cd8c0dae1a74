import type { SaturationRound, Work } from '../contract.js';
import { IDLE } from '../metrics/saturation.js';
import { noisy, type Simulation, times } from './simulation.js';

const STEADY_MS = 800;
/** Of its CPU a saturated part uses so much. */
const BUSY = 0.95;
const BALANCER_CORES = 0.9;
const CONNECTIONS_PER_INSTANCE = 24;
/** More times than these say nothing new. */
const MOST_TIMES = 500;

export function sampleSaturation(simulation: Simulation): SaturationRound {
  const { strategy, instances, truth, head, random, measurement } = simulation;
  const { slices, connections } = measurement.settings;
  const onWholeCores = slices === 'none';
  const costs = costsOf(simulation);
  const rps = strategy === IDLE ? 0 : rpsOf(simulation, costs);
  const requests = Math.floor((rps * STEADY_MS) / 1000);
  const recognised = Math.round(requests * truth.recognised(strategy, instances));
  const sent = Math.round((requests * head.durationMs) / STEADY_MS);
  const atOnce = Number(
    head.factors.connections ?? (connections === 'fill' ? CONNECTIONS_PER_INSTANCE * instances : connections),
  );
  // Little's law, with a little left for the way there and back.
  const p50Ms = rps === 0 ? 1 : (850 * atOnce) / rps;
  return {
    ...head,
    protocol: 'saturation',
    connections: strategy === IDLE ? 0 : atOnce,
    instanceCores: onWholeCores ? null : truth.instanceCores,
    storeCores: slices === 'instances and store' ? truth.storeCores : null,
    steady: {
      work: workOf(simulation, costs, requests),
      durationMs: STEADY_MS,
      statuses: statuses(recognised, requests - recognised),
      latency: times(random, Math.min(MOST_TIMES, requests), { p50Ms, p99Ms: 3 * p50Ms }),
    },
    sent,
    answered: sent,
    failures: {},
    // Ids and signatures are not all equally long.
    sentBytes: Math.round(sent * ((truth.requestBytes[strategy] ?? 0) + random() - 0.5)),
    receivedBytes: Math.round(sent * (truth.responseBytes + random() - 0.5)),
    generatorCpuMicros: noisy(14 * sent, simulation),
    trips: onWholeCores ? tripsOf(simulation, sent) : null,
  };
}

function tripsOf({ strategy, truth }: Simulation, sent: number) {
  return {
    store: truth.storeMicros[strategy] === undefined ? 0 : sent,
    database: sent * (truth.databaseTrips[strategy] ?? 0),
  };
}

interface Costs {
  readonly instance: number;
  readonly store: number;
  readonly database: number;
  readonly balancer: number;
}

/** µs for a request, in this round. */
function costsOf(simulation: Simulation): Costs {
  const { strategy, truth, factors } = simulation;
  const times = truth.costTimes(factors);
  const instance = strategy === 'basic' ? truth.loginMicros : (truth.instanceMicros[strategy] ?? 0);
  return {
    instance: noisy(times * instance, simulation),
    store: noisy(times * (truth.storeMicros[strategy] ?? 0), simulation),
    database: noisy(times * (truth.databaseMicros[strategy] ?? 0), simulation),
    balancer: noisy(truth.balancerMicros, simulation),
  };
}

/** As many as the CPU of instances and balancer, or the store's slice, is enough for. */
function rpsOf({ strategy, instances, truth, measurement }: Simulation, costs: Costs): number {
  const { slices } = measurement.settings;
  const perSecond = (cores: number, micros: number) => (BUSY * 1e6 * cores - truth.idleMicrosPerSecond) / micros;
  const one = perSecond(slices === 'none' ? 1 : truth.instanceCores, costs.instance);
  const all = Math.min(one * truth.speedup(strategy, instances), perSecond(BALANCER_CORES, costs.balancer));
  if (slices !== 'instances and store' || costs.store === 0) return all;
  return Math.min(all, perSecond(truth.storeCores, costs.store));
}

function workOf({ strategy, instances, truth, measurement }: Simulation, costs: Costs, requests: number): Work {
  const idle = (truth.idleMicrosPerSecond * STEADY_MS) / 1000;
  const { slices } = measurement.settings;
  // What keeps instances on slices from serving more costs them their CPU, too.
  const dearness = slices === 'none' ? 1 : instances / truth.speedup(strategy, instances);
  const throttling = { periods: STEADY_MS / 100, throttledPeriods: STEADY_MS / 100 - 1, throttledMicros: 5e4 };
  return {
    cpuMs: STEADY_MS,
    balancerMs: STEADY_MS,
    instanceCpuMicros: costs.instance * dearness * requests + idle * instances,
    balancerCpuMicros: costs.balancer * requests + idle,
    storeCpuMicros: costs.store * requests + idle,
    databaseCpuMicros: costs.database * requests + idle,
    instanceRequests: requests,
    balancerRequests: requests,
    serving: instances,
    instanceThrottling: slices === 'none' ? null : throttling,
    storeThrottling: slices === 'instances and store' ? throttling : null,
  };
}

function statuses(recognised: number, refused: number): Record<string, number> {
  return { ...(recognised > 0 ? { 200: recognised } : {}), ...(refused > 0 ? { 401: refused } : {}) };
}
