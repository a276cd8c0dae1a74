import { setTimeout } from 'node:timers/promises';
import type { Aside, Cluster, TierReading } from '../cluster/cluster.js';
import { workBetween } from '../cluster/tiers.js';
import type { Work } from '../contract.js';
import { BenchError } from '../errors.js';
import { type ClosedLoopResult, runClosedLoop } from '../load/closed-loop.js';
import type { LoadRequest } from '../load/load-result.js';
import type { ProtocolContext } from './protocol.js';

/** A closed loop, and what every tier did while all connections were at work. */
export interface Load {
  readonly result: ClosedLoopResult | null;
  readonly work: Work;
  /** Requests per second by the balancer's count and clock. */
  readonly rps: number;
}

/**
 * Each connection sends one of the requests over and over, or several in turn where there are fewer connections.
 * @param straight an instance, past the balancer: then the answers that clients get are what is counted; and where it is none of the
 *   cluster's, its CPU time
 */
export async function sendFor(
  { cluster, signal }: Pick<ProtocolContext, 'cluster' | 'signal'>,
  requests: readonly LoadRequest[],
  durationMs: number,
  straight?: { readonly url: string; readonly aside?: Aside | undefined; readonly connections?: number },
): Promise<Load> {
  const { connections = requests.length } = straight ?? {};
  const readings: Promise<Reading>[] = [];
  const onSteady = () => {
    const reading = readAll(cluster, straight?.aside);
    reading.catch(() => {});
    readings.push(reading);
  };
  const result = await runClosedLoop({
    url: straight?.url ?? cluster.url,
    connections,
    requests: (connection) => requests.filter((_, at) => at % connections === connection),
    stop: { afterMs: durationMs },
    signal,
    onSteady,
  });
  const [before, after] = await Promise.all(readings);
  if (!before || !after) throw new BenchError('REQUEST_FAILED', 'No connection stayed open until the time was up.');
  if (straight === undefined) return toLoad(result, workBetween(before.tiers, after.tiers));
  const { durationMs: balancerMs, recorder } = result.steady;
  const instanceRequests = Object.values(recorder.statuses).reduce((sum, count) => sum + count, 0);
  const ofAside = straight.aside && { instanceCpuMicros: after.asideCpuMicros - before.asideCpuMicros, serving: 1 };
  return toLoad(result, { ...workBetween(before.tiers, after.tiers, 'all'), instanceRequests, balancerMs, ...ofAside });
}

interface Reading {
  readonly tiers: TierReading;
  readonly asideCpuMicros: number;
}

async function readAll(cluster: Cluster, aside: Aside | undefined): Promise<Reading> {
  const [tiers, asideCpuMicros = 0] = await Promise.all([cluster.readTiers(), aside?.readCpuMicros()]);
  return { tiers, asideCpuMicros };
}

/** The cluster without a request: what its parts do on their own. */
export async function idleFor(cluster: Cluster, durationMs: number): Promise<Load> {
  const before = await cluster.readTiers();
  await setTimeout(durationMs);
  return toLoad(null, workBetween(before, await cluster.readTiers(), 'all'));
}

function toLoad(result: ClosedLoopResult | null, work: Work): Load {
  return { result, work, rps: work.balancerMs > 0 ? (1000 * work.instanceRequests) / work.balancerMs : 0 };
}

/** Of what the machine lets all instances have together, the share that is cut up: the rest is for the balancer, the load and chance. */
const SHARE_IN_SLICES = 0.5;
/** The kernel cannot spread smaller ones evenly. In cores. */
const SMALLEST_SLICE = 0.02;

/**
 * A slice such that so many instances, each with one, leave the machine room: from what they took together of it while nothing
 * held them back. On one core, or beside other work, slices become smaller; what is compared is n slices with one.
 * @param largest in cores: from there on more serves no purpose
 */
export function chooseSlice(works: readonly Work[], instances: number, largest: number): number {
  const taken = works.map(({ instanceCpuMicros, cpuMs }) => instanceCpuMicros / 1000 / cpuMs);
  const slice = (SHARE_IN_SLICES * Math.min(...taken)) / instances;
  return Number(Math.min(largest, Math.max(SMALLEST_SLICE, slice)).toFixed(3));
}
