import { linearRegression, mean } from 'simple-statistics';

/** A tier of the cluster as operational analysis sees it. */
export interface Tier {
  readonly name: string;
  /** Cores that can work on its requests at the same time; 0.1 for a slice of a tenth, 6 for six instances of one core each. */
  readonly cores: number;
  /** CPU time that one request takes of the tier: its CPU time over a window by the requests of the window. */
  readonly demandMicros: number;
}

export interface Bottleneck {
  readonly tier: string;
  /** No throughput above this is possible, whatever the load. */
  readonly capacityRps: number;
}

/**
 * The bound of the tier that saturates first: X ≤ min(cores / D), from the utilisation law U = X · D
 * (Denning and Buzen, "The Operational Analysis of Queueing Network Models", 1978).
 */
export function findBottleneck(tiers: readonly Tier[]): Bottleneck {
  const bounds = tiers.map(({ name, cores, demandMicros }) => ({
    tier: name,
    capacityRps: (cores * 1e6) / demandMicros,
  }));
  const [first, ...others] = bounds;
  if (first === undefined) throw new RangeError('a bottleneck needs at least one tier');
  return others.reduce((lowest, bound) => (bound.capacityRps < lowest.capacityRps ? bound : lowest), first);
}

/** Share of the tier's cores that a throughput keeps busy. */
export function utilization({ cores, demandMicros }: Tier, throughputRps: number): number {
  return (throughputRps * demandMicros) / 1e6 / cores;
}

/** The number of instances from which another tier is the bottleneck, or infinity where there is none. */
export function scalesUpTo(instance: Tier, others: readonly Tier[]): number {
  if (others.length === 0) return Number.POSITIVE_INFINITY;
  return (findBottleneck(others).capacityRps * instance.demandMicros) / 1e6 / instance.cores;
}

/** A demand as it was measured for one workload. */
export interface DemandPoint {
  readonly workload: string;
  /** What the demand changes with, such as the number of instances. */
  readonly at: number;
  readonly demandMicros: number;
}

/**
 * What a demand comes to elsewhere. It is not constant: more instances on one machine share its caches, and batches at the store
 * grow. Every workload has its own level, and one slope is fitted for all (least squares on the deviations from each workload's
 * means): a slope from three points of its own would add more noise than it takes away error. Demands that vary are those of
 * Kattepur and Nambiar, "Performance Modeling of Multi-tiered Web Applications with Varying Service Demands", IPDPSW 2015.
 * @param points of each workload; where none was measured at more than one place, demands are taken as constant
 * @returns µs
 * @throws RangeError where no point is of the workload.
 */
export function demandAt(points: readonly DemandPoint[], { workload, at }: Omit<DemandPoint, 'demandMicros'>): number {
  const groups = [...new Set(points.map((point) => point.workload))].map((name) =>
    centre(points.filter((point) => point.workload === name)),
  );
  const { m: slope } = linearRegression(groups.flatMap(({ deviations }) => deviations));
  const own = groups.find((group) => group.workload === workload);
  if (!own) throw new RangeError(`no demand of ${workload} is known`);
  return Math.max(0, own.demandMicros + (slope || 0) * (at - own.at));
}

/** The means of one workload's points, and how far each point is from them. */
function centre(points: readonly DemandPoint[]) {
  const meanAt = mean(points.map((point) => point.at));
  const demandMicros = mean(points.map((point) => point.demandMicros));
  const deviations = points.map((point) => [point.at - meanAt, point.demandMicros - demandMicros]);
  return { workload: points[0]?.workload, at: meanAt, demandMicros, deviations };
}
