import type { StrategyName } from '../../services/contract.js';
import type { Cluster, TierReading } from '../cluster/cluster.js';
import { statsBetween, type TierWork, workBetween } from '../cluster/tiers.js';
import type { Cell } from '../contract.js';
import { type Estimate, meanOverRounds, ratioOfSums, type Tally } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { type ClosedLoopLoad, type ClosedLoopResult, runClosedLoop } from './closed-loop.js';
import type { LoadResult } from './load-result.js';

/** A closed loop, and what every tier did meanwhile. */
export interface Round {
  readonly load: ClosedLoopResult;
  readonly work: TierWork;
  /** What they did while all connections were at work. */
  readonly steady: TierWork;
  /** What the instances themselves counted; only where they were asked to. */
  readonly stats?: ReturnType<typeof statsBetween>;
}

/** A round in which the instances are asked for their own counts, too: not for instances on slices of CPU. */
export async function measureRoundWithStats(...[cluster, load]: Parameters<typeof measureRound>): Promise<Round> {
  const before = await cluster.readStats();
  const round = await measureRound(cluster, load);
  return { ...round, stats: statsBetween(before, await cluster.readStats()) };
}

export async function measureRound(cluster: Cluster, load: Omit<ClosedLoopLoad, 'url' | 'onSteady'>): Promise<Round> {
  const edges: Promise<TierReading>[] = [];
  const onSteady = () => {
    const reading = cluster.readTiers();
    reading.catch(() => {});
    edges.push(reading);
  };
  const before = await cluster.readTiers();
  const result = await runClosedLoop({ url: cluster.url, ...load, onSteady });
  const after = await cluster.readTiers();
  const [begun = before, ended = after] = await Promise.all(edges);
  return { load: result, work: workBetween(before, after), steady: workBetween(begun, ended) };
}

/** µs of CPU time, and the requests that they were spent on. */
export const CPU_TALLIES = {
  // While connections are opened and while they run dry a request costs up to a quarter more: fewer are served at a time.
  instance: ({ steady }) => ({ amount: steady.instanceCpuMicros, count: steady.instanceRequests }),
  balancer: ({ steady }) => ({ amount: steady.balancerCpuMicros, count: steady.balancerRequests }),
  // Redis tells no requests with its time.
  store: ({ work, load }) => ({ amount: work.storeCpuMicros, count: load.answered }),
  generator: ({ load }) => ({ amount: load.generatorCpuMicros, count: load.answered }),
} as const satisfies Readonly<Record<string, (round: Round) => Tally>>;

/** CPU time per request of each tier, in µs: the service demands. */
export type Demands = Readonly<Record<keyof typeof CPU_TALLIES, Estimate>>;

/** The figures of a cell from its rounds: amounts per request, and means over rounds. */
export class LoadEstimates<R extends { readonly load: LoadResult }> {
  constructor(
    readonly rounds: readonly R[],
    private readonly random: Random,
  ) {}

  perRequest(unit: string, amount: (round: R) => number): Estimate {
    const tallies = this.rounds.map((round) => ({ amount: amount(round), count: round.load.answered }));
    return this.ratio(unit, tallies);
  }

  protected ratio(unit: string, tallies: readonly Tally[]): Estimate {
    return ratioOfSums(tallies, { random: this.random, unit });
  }

  perRound(unit: string, figure: (round: R) => number): Estimate {
    return meanOverRounds(this.rounds.map(figure), { random: this.random, unit });
  }
}

/** Where the rounds also hold what every tier of a cluster did. */
export class RoundEstimates extends LoadEstimates<Round> {
  demands(): Demands {
    const demand = (tier: keyof Demands) => this.ratio('µs', this.rounds.map(CPU_TALLIES[tier]));
    return {
      instance: demand('instance'),
      balancer: demand('balancer'),
      store: demand('store'),
      generator: demand('generator'),
    };
  }

  /** The demands under the names that all experiments share. */
  costs(): Cell['metrics'] {
    const { instance, balancer, store, generator } = this.demands();
    return {
      instanceCpuMicrosPerRequest: instance,
      balancerCpuMicrosPerRequest: balancer,
      storeCpuMicrosPerRequest: store,
      generatorCpuMicrosPerRequest: generator,
    };
  }

  trips(strategy: StrategyName | undefined): Cell['metrics'] {
    return {
      storeTripsPerRequest: this.perRequest('trips', ({ stats }) =>
        strategy && stats ? stats.storeTrips(strategy) : 0,
      ),
      databaseTripsPerRequest: this.perRequest('trips', ({ stats }) => stats?.databaseTrips ?? 0),
    };
  }
}
