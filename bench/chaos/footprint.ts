import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { BalancerSnapshot } from '../../balancer/contract.js';
import type { Cluster, PartName } from '../cluster/cluster.js';
import { takeSnapshot } from '../cluster/serving.js';

/** What one process holds. */
export interface Footprint {
  /** Of JavaScript objects, and of what they hold outside the heap, such as Buffers, after a full collection. */
  readonly heapBytes: number;
  /** Files and sockets; null where the system does not tell. */
  readonly descriptors: number | null;
}

export type Footprints = Readonly<Record<PartName, Footprint>>;

/** By chance more than before, and not by growing. */
const HEAP_FACTOR = 1.25;
const HEAP_SLACK_BYTES = 8e6;
/** Connections that a busy moment has opened are kept for the next one. */
const DESCRIPTOR_SLACK = 64;
const POLL_MS = 250;

/** Makes a process of ours collect all garbage at SIGUSR2: what is left afterwards is held. For NODE_OPTIONS. */
export const COLLECTS_AT_SIGNAL = `--import=data:text/javascript,${encodeURIComponent(
  "import v8 from 'node:v8'; import vm from 'node:vm';" +
    "v8.setFlagsFromString('--expose-gc'); const collect = vm.runInNewContext('gc'); process.on('SIGUSR2', () => collect());",
)}`;

/** Of the balancer and the instances, which all must have been started with COLLECTS_AT_SIGNAL. */
export async function takeFootprints(cluster: Pick<Cluster, 'admin' | 'readStats'>): Promise<Footprints> {
  const read = async () => [await takeSnapshot(cluster.admin), await cluster.readStats()] as const;
  const [{ pid }, stats] = await read();
  for (const each of [pid, ...stats.map((instance) => instance.pid)]) process.kill(each, 'SIGUSR2');
  // The first answer may have been on its way before the signal.
  await read();
  const [balancer, instances] = await read();
  return {
    balancer: footprintOf(balancer),
    ...Object.fromEntries(instances.map((stats) => [stats.instance, footprintOf(stats)])),
  };
}

function footprintOf({ pid, memory }: Pick<BalancerSnapshot, 'pid' | 'memory'>): Footprint {
  return { heapBytes: memory.heapUsedBytes + memory.externalBytes, descriptors: countDescriptors(pid) };
}

/** @returns a line for each process that holds more than before */
export function findGrowth(before: Footprints, after: Footprints): readonly string[] {
  return Object.entries(after).flatMap(([part, { heapBytes, descriptors }]) => {
    const start = before[part];
    if (!start) return [];
    const grown: string[] = [];
    if (heapBytes > HEAP_FACTOR * start.heapBytes + HEAP_SLACK_BYTES) {
      grown.push(`${part} held ${inMegabytes(start.heapBytes)} and holds ${inMegabytes(heapBytes)}`);
    }
    if (descriptors !== null && start.descriptors !== null && descriptors > start.descriptors + DESCRIPTOR_SLACK) {
      grown.push(`${part} had ${start.descriptors} files and sockets open and has ${descriptors}`);
    }
    return grown.map((line) => `nothing grows: ${line}`);
  });
}

/** Idle connections and caches take some seconds to go: what has not gone at the deadline has grown. */
export async function awaitShrinking(cluster: Cluster, before: Footprints, deadline: AbortSignal) {
  for (;;) {
    const after = await takeFootprints(cluster);
    const growth = findGrowth(before, after);
    if (growth.length === 0 || deadline.aborted) return { after, growth };
    await setTimeout(POLL_MS);
  }
}

export function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function countDescriptors(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}
