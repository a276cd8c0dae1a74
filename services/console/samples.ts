import type { InstanceStats } from '../contract.js';
import type { Agent } from './agents/agent.js';
import type { Reading } from './cluster/reading.js';
import type { MeasureView, PartView, RequestView, RouteView, SampleView } from './contract.js';
import { predictRecognised } from './predictions.js';

/** With fewer requests what the parts do by themselves would be told as theirs. */
const LEAST_REQUESTS = 5;

interface Second {
  readonly before: Reading;
  readonly after: Reading;
  /** Told one by one since the one before. */
  readonly told: readonly RequestView[];
  readonly agents: readonly Agent[];
  readonly routes: readonly RouteView[];
  readonly parts: readonly PartView[];
  readonly atMs: number;
}

/** What happened between two readings: from counters, so that it is right where requests are told by samples. */
export function sampleOf({ before, after, told, agents, routes, parts, atMs }: Second): SampleView {
  const pairs = pairInstances(before, after);
  const sum = (of: (stats: InstanceStats) => number) =>
    pairs.reduce((total, pair) => total + of(pair.after) - of(pair.before), 0);
  const handled = sum(({ requests }) => requests);
  const balanced = deltaOf(before.balancer, after.balancer, 'pid', ({ requests }) => requests) ?? 0;
  const perRequest = (micros: number | null, requests: number) =>
    micros === null || requests < LEAST_REQUESTS ? null : micros / requests;
  const measures = routes.map((route) => measure(route, { told, agents, parts, sum }));
  return {
    atMs,
    strategies: measures.filter(({ requests }) => requests > 0),
    cpuMicrosPerRequest: {
      instances: perRequest(sum(cpuOf), handled),
      balancer: perRequest(deltaOf(before.balancer, after.balancer, 'pid', cpuOf), balanced),
      store: perRequest(
        deltaOf(before.store, after.store, 'runId', ({ cpuMicros }) => cpuMicros),
        balanced,
      ),
    },
    storeTripsPerRequest: perRequest(
      sum(({ strategies }) => tripsOf(strategies)),
      handled,
    ),
    requestsPerSecond: Math.round(balanced / Math.max((after.atMs - before.atMs) / 1000, 0.1)),
    toldOneByOne: told.length,
  };
}

function measure(
  route: RouteView,
  {
    told,
    agents,
    parts,
    sum,
  }: Pick<Second, 'told' | 'agents' | 'parts'> & { sum: (of: (stats: InstanceStats) => number) => number },
): MeasureView {
  const { strategy } = route;
  const own = told.filter((request) => request.strategy === strategy);
  // What no instance has answered, no instance has counted.
  const unserved = own.filter(({ status, tried }) => status === 0 || (status === 503 && tried.length === 0)).length;
  const users = agents.filter(
    (agent) => agent.identity.strategy === strategy && !agent.identity.isThief && agent.isSignedIn,
  );
  const ids = new Set(users.map(({ identity }) => identity.id));
  const asked = own.filter(({ agent, path }) => agent !== null && ids.has(agent) && path.endsWith('/me'));
  const recognised = asked.filter((request) => request.recognised === true).length;
  return {
    strategy,
    requests: sum(({ answers }) => answers[strategy]?.requests ?? 0) + unserved,
    failed: sum(({ answers }) => answers[strategy]?.failed ?? 0) + unserved,
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

function tripsOf(strategies: InstanceStats['strategies']): number {
  return Object.values(strategies).reduce((sum, { storeTrips }) => sum + storeTrips, 0);
}
