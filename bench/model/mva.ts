import type { Tier } from './demands.js';

export interface Station {
  readonly name: string;
  /** Service time that one request needs here, over all its visits, at a single server, in milliseconds. */
  readonly demandMs: number;
  /** Servers that share one queue. Default 1; infinity makes a pure delay, where nobody waits for another. */
  readonly servers?: number;
}

export interface StationResult {
  readonly name: string;
  /** Waiting and service. */
  readonly residenceMs: number;
  /** Mean number of requests here. */
  readonly queueLength: number;
  /** Share of the time that a server is busy; 0 for a delay. */
  readonly utilization: number;
}

export interface NetworkResult {
  readonly throughputRps: number;
  readonly latencyMs: number;
  readonly stations: readonly StationResult[];
}

/**
 * Exact mean value analysis of a closed network: `population` connections that each send, wait for the answer, think, and send
 * again. Reiser and Lavenberg, "Mean-Value Analysis of Closed Multichain Queuing Networks", Journal of the ACM 27(2), 1980; for
 * stations of several servers by their marginal queue probabilities. Exact for exponential service or processor sharing.
 */
export function solveClosedNetwork(stations: readonly Station[], population: number, thinkMs = 0): NetworkResult {
  if (!Number.isInteger(population) || population < 1) throw new RangeError('the population must be 1 or more');
  const states = stations.map(createState);
  let throughputPerMs = 0;
  for (let n = 1; n <= population; n++) {
    const latencyMs = states.reduce((sum, state) => sum + state.arrive(), 0);
    throughputPerMs = n / (thinkMs + latencyMs);
    for (const state of states) state.settle(throughputPerMs);
  }
  const results = states.map((state) => state.result(throughputPerMs));
  return {
    throughputRps: 1000 * throughputPerMs,
    latencyMs: results.reduce((sum, { residenceMs }) => sum + residenceMs, 0),
    stations: results,
  };
}

/** A tier that works one request at a time on each core; on a slice of a core that takes as much longer as the slice is smaller. */
export function stationOf({ name, cores, demandMicros }: Tier): Station {
  if (cores > 1 && !Number.isInteger(cores))
    throw new RangeError(`${name}: ${cores} cores are no whole number of servers`);
  return { name, demandMs: demandMicros / 1000 / Math.min(1, cores), servers: Math.max(1, cores) };
}

/** The instances behind a balancer that spreads requests evenly: each sees every `count`-th request. */
export function evenlySpread(station: Station, count: number): Station[] {
  return Array.from({ length: count }, (_, i) => ({
    ...station,
    name: `${station.name}-${i + 1}`,
    demandMs: station.demandMs / count,
  }));
}

function createState(station: Station) {
  const servers = station.servers ?? 1;
  return Number.isFinite(servers) ? new QueueState(station, servers) : new DelayState(station);
}

class DelayState {
  constructor(readonly station: Station) {}

  arrive(): number {
    return this.station.demandMs;
  }

  settle(): void {}

  result(throughputPerMs: number): StationResult {
    const { name, demandMs } = this.station;
    return { name, residenceMs: demandMs, queueLength: throughputPerMs * demandMs, utilization: 0 };
  }
}

class QueueState {
  #residenceMs = 0;
  #queueLength = 0;
  /** Probability that 0, 1, … servers - 1 requests are here: those states in which a server idles. */
  readonly #idling: Float64Array;

  constructor(
    readonly station: Station,
    readonly servers: number,
  ) {
    this.#idling = new Float64Array(servers);
    this.#idling[0] = 1;
  }

  /** Residence time of a request that arrives: it finds what the network with one request fewer shows on average. */
  arrive(): number {
    const { servers } = this;
    let idleServers = 0;
    for (let j = 0; j < servers - 1; j++) idleServers += (servers - 1 - j) * (this.#idling[j] ?? 0);
    this.#residenceMs = (this.station.demandMs / servers) * (1 + this.#queueLength + idleServers);
    return this.#residenceMs;
  }

  settle(throughputPerMs: number): void {
    const { servers } = this;
    const busyServers = throughputPerMs * this.station.demandMs;
    this.#queueLength = throughputPerMs * this.#residenceMs;
    let notAllIdle = busyServers;
    for (let j = servers - 1; j > 0; j--) {
      const probability = (busyServers / j) * (this.#idling[j - 1] ?? 0);
      this.#idling[j] = probability;
      notAllIdle += (servers - j) * probability;
    }
    // Rounding can make a probability close to zero negative, and later ones build on it.
    this.#idling[0] = Math.max(0, 1 - notAllIdle / servers);
  }

  result(throughputPerMs: number): StationResult {
    return {
      name: this.station.name,
      residenceMs: this.#residenceMs,
      queueLength: this.#queueLength,
      utilization: (throughputPerMs * this.station.demandMs) / this.servers,
    };
  }
}
