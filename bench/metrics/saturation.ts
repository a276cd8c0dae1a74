import type { Factors, SaturationRound } from '../contract.js';
import { ratioBound } from '../stats/bounds.js';
import type { Bound, Tally } from '../stats/estimate.js';
import { decodeTimes, quantileMs } from '../stats/histogram.js';
import { mean } from '../stats/quantiles.js';
import { bounded, meanQuantity, pairedQuantity, ratioQuantity, typicalQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Saturation = MeasurementRef<'saturation'>;

/** In place of a strategy: the cluster without a request, for what its parts spend on their own. */
export const IDLE = 'idle';

/** Requests per second that the instances were sent, by the balancer's own count and clock. */
export function throughputOf({ steady: { work } }: Pick<SaturationRound, 'steady'>): number {
  return (1000 * work.instanceRequests) / work.balancerMs;
}

/** Of those, what was answered with 200: a refusal is no capacity. */
export function recognisedRpsOf(round: Pick<SaturationRound, 'steady'>): number {
  const answered = Object.values(round.steady.statuses).reduce((total, count) => total + count, 0);
  return answered === 0 ? 0 : (throughputOf(round) * (round.steady.statuses[200] ?? 0)) / answered;
}

/** Shares of their slices that instances and store were busy, 0 where they have none. */
export function utilisationsOf({
  instanceCores,
  storeCores,
  steady: { work },
}: Pick<SaturationRound, 'instanceCores' | 'storeCores' | 'steady'>) {
  const busy = (micros: number, cores: number | null) => (cores ? micros / 1000 / work.cpuMs / cores : 0);
  return {
    instance: busy(work.instanceCpuMicros / Math.max(1, work.serving), instanceCores),
    store: busy(work.storeCpuMicros, storeCores),
  };
}

/** From so much of its slice on, an instance or the store is what holds back. */
const FULL_FROM = 0.9;

/** Where slices are not used up, the machine, the balancer or the load holds back, and the instances could serve more. */
function capacityBound(rounds: readonly SaturationRound[]): Bound | undefined {
  const sliced = rounds.filter(({ instanceCores }) => instanceCores !== null);
  const used = sliced.map((round) => utilisationsOf(round)[round.storeCores === null ? 'instance' : 'store']);
  return used.length > 0 && mean(used) < FULL_FROM ? 'at least' : undefined;
}

/** Recognised requests per second. */
export function recognisedRps(measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: 'recognisedRps', label: 'recognised requests per second', unit: '1/s' };
  return capacity({ ...described, measurement, factors }, recognisedRpsOf);
}

/** Requests per second, refusals included. */
export function capacityRps(measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: 'capacityRps', label: 'requests per second, refusals included', unit: '1/s' };
  return capacity({ ...described, measurement, factors }, throughputOf);
}

export function storeUtilisation(measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: 'storeUtilisation', label: 'of its slice that Redis is busy', unit: 'share' };
  return figure({ ...described, measurement, factors }, (round) => utilisationsOf(round).store);
}

/** Bytes of a request on the wire, header and body. */
export function requestBytes(measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: 'requestBytes', label: 'bytes of a request', unit: 'bytes' };
  return perCount({ ...described, measurement, factors }, ({ sentBytes, sent }) => ({
    amount: sentBytes,
    count: sent,
  }));
}

export function responseBytes(measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: 'responseBytes', label: 'bytes of a reply', unit: 'bytes' };
  const tally = ({ receivedBytes, answered }: SaturationRound) => ({ amount: receivedBytes, count: answered });
  return perCount({ ...described, measurement, factors }, tally);
}

/** How long a request takes: the median of each round, and what is typical of rounds. */
export function latencyP50Ms(measurement: Saturation, factors: Factors): Quantity {
  const cell: CellRef<'saturation'> = { measurement, factors };
  const described = { metric: 'latencyP50Ms', label: 'median time of a request', unit: 'ms', factors };
  return typicalQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(medianMsOf));
}

/** The same by that of `base`, in rounds of the same sweep. */
export function latencyRatio(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const against = base.strategy ?? '';
  const cells = [factors, base].map((at) => ({ measurement, factors: at }));
  const described = { metric: 'latencyRatio', label: `median time of a request by that with ${against}` };
  return relative({ ...described, factors: { ...factors, against } }, cells, medianMsOf);
}

const medianMsOf = ({ steady: { latency } }: SaturationRound) => quantileMs(decodeTimes(latency), 0.5);

/** Round trips to a tier for each request, as the instances count them. */
export function tripsPerRequest(to: 'store' | 'database', measurement: Saturation, factors: Factors): Quantity {
  const described = { metric: `${to}TripsPerRequest`, label: `trips to the ${to} per request`, unit: 'trips' };
  return perCount({ ...described, measurement, factors }, ({ trips, answered }) => ({
    amount: trips?.[to] ?? 0,
    count: trips ? answered : 0,
  }));
}

/** Trips to the database that a request of `base` takes more, in rounds of the same sweep. */
export function databaseTripsSaved(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const against = base.strategy ?? '';
  const cell: CellRef<'saturation'> = { measurement, factors };
  const reference: CellRef<'saturation'> = { measurement, factors: base };
  const described = {
    metric: 'databaseTripsSaved',
    label: 'database trips per request saved',
    unit: '1',
    factors: { ...factors, against },
  };
  const trips = ({ trips, answered }: SaturationRound) => (trips?.database ?? 0) / answered;
  return meanQuantity({ ...described, cells: [cell, reference] }, (evidence) =>
    pairBySweep(evidence.rounds(cell), evidence.rounds(reference)).map(
      ({ ours, theirs }) => trips(theirs) - trips(ours),
    ),
  );
}

/** How many times the recognised requests per second of `base` are served, in rounds of the same sweep. */
export function speedup(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const cells = [factors, base].map((at) => ({ measurement, factors: at }));
  const described = { metric: 'speedup', label: 'times what one instance serves', factors };
  return bounded(relative(described, cells, recognisedRpsOf), (evidence) => {
    const [ours, theirs] = cells.map((cell) => capacityBound(evidence.rounds(cell)));
    return ratioBound(ours, theirs);
  });
}

/** Times the bytes of a request of `base`. */
export function requestBytesRatio(measurement: Saturation, factors: Factors, base: Factors): Quantity {
  const against = base.strategy ?? '';
  const cells = [factors, base].map((at) => ({ measurement, factors: at }));
  const described = {
    metric: 'requestBytesRatio',
    label: `bytes by those with ${against}`,
    factors: { ...factors, against },
  };
  return relative(described, cells, ({ sentBytes, sent }) => sentBytes / sent);
}

interface Described extends Pick<Quantity, 'metric' | 'label' | 'unit' | 'factors'> {
  readonly measurement: Saturation;
}

function capacity(described: Described, of: (round: SaturationRound) => number): Quantity {
  const cell: CellRef<'saturation'> = { measurement: described.measurement, factors: described.factors };
  return bounded(figure(described, of), (evidence) => capacityBound(evidence.rounds(cell)));
}

function figure({ measurement, ...described }: Described, of: (round: SaturationRound) => number): Quantity {
  const cell: CellRef<'saturation'> = { measurement, factors: described.factors };
  return meanQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(of));
}

function perCount({ measurement, ...described }: Described, of: (round: SaturationRound) => Tally): Quantity {
  const cell: CellRef<'saturation'> = { measurement, factors: described.factors };
  return ratioQuantity({ ...described, cells: [cell] }, (evidence) => evidence.rounds(cell).map(of));
}

/** @param cells the cell, and the one that it is put in relation to */
function relative(
  described: Pick<Quantity, 'metric' | 'label' | 'factors'>,
  cells: readonly CellRef<'saturation'>[],
  of: (round: SaturationRound) => number,
): Quantity {
  return pairedQuantity({ ...described, cells }, (evidence) => {
    const [ours = [], theirs = []] = cells.map((cell) => evidence.rounds(cell));
    return pairBySweep(ours, theirs).map((pair) => ({ ours: of(pair.ours), theirs: of(pair.theirs) }));
  });
}
