import type { VisitsRound, Work } from '../contract.js';
import type { visits } from '../metrics/quantity.js';
import { binomial, deal, noisy, type Simulation, sum } from './simulation.js';

type Settings = ReturnType<typeof visits>['settings'];

export function sampleVisits(simulation: Simulation): VisitsRound {
  const { factors, strategy, instances, truth, random, head, measurement } = simulation;
  const settings = measurement.settings as unknown as Settings;
  const { act } = settings;
  const requests = factors.activity === 'zipf' ? unequal(settings) : equal(settings);
  const share = truth.recognised(strategy, instances);
  const recognised = requests.map((count) => binomial(random, count, share));
  // Who signs in again at every refusal does so once for each.
  const again = requests.map((count, user) => (act === 'relogin' ? count - (recognised[user] ?? 0) : 0));
  const logins = act === 'password' ? requests.map(() => 1) : again;
  const answered = sum(requests);
  return {
    ...head,
    protocol: 'visits',
    users: { requests, recognised, logins, ...(act === 'resized' && { moved: movedOf(simulation, requests) }) },
    byInstance: byInstance(simulation, answered),
    statuses: { 200: sum(recognised), 401: answered - sum(recognised) },
    work: workOf(simulation, { pages: answered, logins: sum(logins), password: act === 'password' }),
  };
}

function movedOf({ factors, instances, truth, random }: Simulation, requests: readonly number[]): number[] {
  const share = truth.moved(String(factors.affinity), String(factors.event), instances);
  return requests.map((count) => binomial(random, count, share));
}

function equal({ users, requestsPerUser }: Settings): number[] {
  return Array.from({ length: users }, () => requestsPerUser);
}

/** Zipf with exponent 1, none without a request. */
function unequal({ users, requestsPerUser }: Settings): number[] {
  const weights = Array.from({ length: users }, (_, user) => 1 / (user + 1));
  return weights.map((weight) => Math.max(1, Math.round((users * requestsPerUser * weight) / sum(weights))));
}

function byInstance({ factors, strategy, instances, truth, random, measurement }: Simulation, total: number) {
  const { equal, zipf } = truth.skew;
  const named = (loads: readonly number[]) => Object.fromEntries(loads.map((load, at) => [`instance-${at + 1}`, load]));
  if (measurement.settings.act === 'added') {
    const added = binomial(random, total, truth.addedShare);
    return { ...named(deal(total - added, instances)), added };
  }
  if (strategy !== 'sticky' || instances === 1) return named(deal(total, instances));
  // What lies above 1 differs from draw to draw.
  const above = ((factors.activity === 'zipf' ? zipf : equal) - 1) * Math.exp(4 * truth.noise * (random() - 0.5));
  const busiest = Math.min(total, Math.ceil(((1 + above) * total) / instances));
  return named([busiest, ...deal(total - busiest, instances - 1)]);
}

export function workOf(
  simulation: Simulation,
  { pages, logins, password }: { readonly pages: number; readonly logins: number; readonly password: boolean },
): Work {
  const { strategy, instances, truth, head, factors } = simulation;
  const { instanceMicros, storeMicros, balancerMicros, idleMicrosPerSecond } = truth;
  const loginMicros = factors.password === false ? truth.uncheckedLoginMicros : truth.loginMicros;
  const idle = (idleMicrosPerSecond * head.durationMs) / 1000;
  const requests = pages + logins;
  const atInstances = password ? logins * loginMicros : requests * (instanceMicros[strategy] ?? 0) + instances * idle;
  return {
    cpuMs: head.durationMs,
    balancerMs: head.durationMs,
    instanceCpuMicros: noisy(atInstances, simulation),
    balancerCpuMicros: noisy(requests * balancerMicros + idle, simulation),
    storeCpuMicros: noisy(requests * (storeMicros[strategy] ?? 0) + idle, simulation),
    instanceRequests: requests,
    balancerRequests: requests,
    serving: instances,
    instanceThrottling: null,
    storeThrottling: null,
  };
}
