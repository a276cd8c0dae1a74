import type { StrategyName } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import { type TierWork, workBetween } from '../cluster/tiers.js';
import type { Cell } from '../contract.js';
import { type Estimate, meanOverRounds, ratioOfSums } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';
import { type ClosedLoopLoad, type ClosedLoopResult, runClosedLoop } from './closed-loop.js';
import type { LoadResult } from './load-result.js';

/** A closed loop, and what every tier did meanwhile. */
export interface Round {
  readonly load: ClosedLoopResult;
  readonly work: TierWork;
}

export async function measureRound(cluster: Cluster, load: Omit<ClosedLoopLoad, 'url'>): Promise<Round> {
  const before = await cluster.readTiers();
  const result = await runClosedLoop({ url: cluster.url, ...load });
  return { load: result, work: workBetween(before, await cluster.readTiers()) };
}

/** The figures of a cell from its rounds: amounts per request, and means over rounds. */
export class LoadEstimates<R extends { readonly load: LoadResult }> {
  constructor(
    readonly rounds: readonly R[],
    private readonly random: Random,
  ) {}

  perRequest(unit: string, amount: (round: R) => number): Estimate {
    const tallies = this.rounds.map((round) => ({ amount: amount(round), count: round.load.answered }));
    return ratioOfSums(tallies, { random: this.random, unit });
  }

  perRound(unit: string, figure: (round: R) => number): Estimate {
    return meanOverRounds(this.rounds.map(figure), { random: this.random, unit });
  }
}

/** Where the rounds also hold what every tier of a cluster did. */
export class RoundEstimates extends LoadEstimates<Round> {
  /** CPU time per request, tier by tier: the service demands. */
  demands(): Record<'instance' | 'balancer' | 'store' | 'generator', Estimate> {
    return {
      instance: this.perRequest('µs', ({ work }) => work.instanceCpuMicros),
      balancer: this.perRequest('µs', ({ work }) => work.balancerCpuMicros),
      store: this.perRequest('µs', ({ work }) => work.storeCpuMicros),
      generator: this.perRequest('µs', ({ load }) => load.generatorCpuMicros),
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
      storeTripsPerRequest: this.perRequest('trips', ({ work }) => (strategy ? work.storeTrips(strategy) : 0)),
      databaseTripsPerRequest: this.perRequest('trips', ({ work }) => work.databaseTrips),
    };
  }
}
