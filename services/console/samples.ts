import { type InstanceStats, ROUTES } from '../contract.js';
import type { Agent } from './agents/agent.js';
import type { Reading } from './cluster/reading.js';
import type { MeasureView, PartView, RequestView, RouteView, SampleView } from './contract.js';
import type { Costs } from './costs.js';
import { predictRecognised } from './predictions.js';

const MICROS_PER_SECOND = 1e6;

interface Second {
  readonly before: Reading;
  readonly after: Reading;
  /** Told one by one since the one before. */
  readonly told: readonly RequestView[];
  readonly agents: readonly Agent[];
  readonly routes: readonly RouteView[];
  readonly parts: readonly PartView[];
  /** Of this second and those before it. */
  readonly costs: Costs;
  readonly atMs: number;
}

/** What happened between two readings: from counters, so that it is right where requests are told by samples. */
export function sampleOf({ before, after, told, agents, routes, parts, costs, atMs }: Second): SampleView {
  const pairs = pairInstances(before, after);
  const sum = (of: (stats: InstanceStats) => number) =>
    pairs.reduce((total, pair) => total + of(pair.after) - of(pair.before), 0);
  const seconds = Math.max((after.atMs - before.atMs) / 1000, 0.1);
  const cpu = {
    instances: pairs.length === 0 ? null : sum(cpuOf),
    balancer: deltaOf(before.balancer, after.balancer, 'pid', cpuOf),
    store: deltaOf(before.store, after.store, 'runId', ({ cpuMicros }) => cpuMicros),
  };
  const counts = routes.map((route) => ({ route, ...count(route, told, sum) }));
  costs.observe({
    seconds,
    cpu,
    instances: pairs.length,
    requests: Object.fromEntries(counts.map(({ route, requests }) => [route.strategy, requests])),
    hasOtherRequests:
      counts.some(({ failed }) => failed > 0) ||
      told.some(({ method, path }) => method !== 'GET' || !path.endsWith(ROUTES.me)),
  });
  const measures = counts.map(({ route, requests, failed, answered, trips }) => ({
    strategy: route.strategy,
    requests,
    failed,
    ...recognise(route, { told, agents, parts }),
    cpuMicrosPerRequest: costs.of(route.strategy),
    storeTripsPerRequest: answered === 0 ? null : trips / answered,
  }));
  const cores = (micros: number | null) => micros && micros / seconds / MICROS_PER_SECOND;
  return {
    atMs,
    strategies: measures.filter(({ requests }) => requests > 0),
    coresBusy: { instances: cores(cpu.instances), balancer: cores(cpu.balancer), store: cores(cpu.store) },
    requestsPerSecond: Math.round(
      (deltaOf(before.balancer, after.balancer, 'pid', (one) => one.requests) ?? 0) / seconds,
    ),
    toldOneByOne: told.length,
  };
}

function count(
  { strategy }: RouteView,
  told: readonly RequestView[],
  sum: (of: (stats: InstanceStats) => number) => number,
) {
  const own = told.filter((request) => request.strategy === strategy);
  // What no instance has answered, no instance has counted.
  const unserved = own.filter(({ status, tried }) => status === 0 || (status === 503 && tried.length === 0)).length;
  const answered = sum(({ answers }) => answers[strategy]?.requests ?? 0);
  return {
    answered,
    requests: answered + unserved,
    failed: sum(({ answers }) => answers[strategy]?.failed ?? 0) + unserved,
    trips: sum(({ strategies }) => strategies[strategy]?.storeTrips ?? 0),
  };
}

function recognise(
  route: RouteView,
  { told, agents, parts }: Pick<Second, 'told' | 'agents' | 'parts'>,
): Pick<MeasureView, 'recognisedRatio' | 'predictedRatio'> {
  const users = agents.filter(
    (agent) => agent.identity.strategy === route.strategy && !agent.identity.isThief && agent.isSignedIn,
  );
  const ids = new Set(users.map(({ identity }) => identity.id));
  const asked = told.filter(
    ({ strategy, agent, path }) =>
      strategy === route.strategy && agent !== null && ids.has(agent) && path.endsWith(ROUTES.me),
  );
  const recognised = asked.filter((request) => request.recognised === true).length;
  return {
    recognisedRatio: asked.length === 0 ? null : recognised / asked.length,
    predictedRatio: predictRecognised(route, users, parts),
  };
}

/** Those that have not been started anew meanwhile. */
function pairInstances(before: Reading, after: Reading) {
  const known = new Map(before.instances.map(({ upstream, stats }) => [upstream.id, stats]));
  return after.instances.flatMap(({ upstream, stats }) => {
    const earlier = known.get(upstream.id);
    return earlier && stats && earlier.pid === stats.pid && earlier.uptimeSeconds <= stats.uptimeSeconds
      ? [{ before: earlier, after: stats }]
      : [];
  });
}

/** null where it was started anew meanwhile, or does not answer. */
function deltaOf<T>(before: T | null, after: T | null, life: keyof T, of: (reading: T) => number): number | null {
  return before && after && before[life] === after[life] ? of(after) - of(before) : null;
}

function cpuOf({ cpu }: { readonly cpu: { readonly userMicros: number; readonly systemMicros: number } }): number {
  return cpu.userMicros + cpu.systemMicros;
}
