import type { StrategyName } from '../contract.js';
import type { TierCosts } from './contract.js';

const LEAST_IDLE_SECONDS = 3;
const KEPT_IDLE_SECONDS = 15;
const KEPT_SECONDS = 60;
/** With fewer the noise of what the parts do by themselves is larger than the cost. */
const LEAST_REQUESTS = 200;

/** What was done between two readings. */
export interface Work {
  readonly seconds: number;
  /** µs of CPU; null where a tier does not tell. */
  readonly cpu: TierCosts;
  /** How many instances told; what they do by themselves grows with it. */
  readonly instances: number;
  readonly requests: Readonly<Partial<Record<StrategyName, number>>>;
  /** Whether any was not for the own page, as a login costs as much as hundreds of those, or failed. */
  readonly hasOtherRequests: boolean;
}

interface Share {
  readonly requests: number;
  readonly cpu: TierCosts;
}

/**
 * What a request costs each tier, strategy by strategy: from seconds that one strategy had to itself, less the median of what the tiers
 * do by themselves in seconds without any request.
 */
export class Costs {
  readonly #shares = new Map<StrategyName, Share[]>();
  #idle: TierCosts[] = [];
  #instances = 0;

  observe({ seconds, cpu, instances, requests, hasOtherRequests }: Work): void {
    if (instances !== this.#instances) this.#idle = [];
    this.#instances = instances;
    const busy = (Object.entries(requests) as [StrategyName, number][]).filter(([, count]) => count > 0);
    const [only] = busy;
    if (!only) {
      const rate = mapTiers((tier) => cpu[tier] && cpu[tier] / seconds);
      keep(this.#idle, rate, KEPT_IDLE_SECONDS);
    } else if (busy.length === 1 && !hasOtherRequests && this.#idle.length >= LEAST_IDLE_SECONDS) {
      const [strategy, count] = only;
      const own = mapTiers((tier) => {
        const idle = median(this.#idle.map((one) => one[tier]));
        return cpu[tier] === null || idle === null ? null : cpu[tier] - seconds * idle;
      });
      const shares = this.#shares.get(strategy) ?? [];
      this.#shares.set(strategy, keep(shares, { requests: count, cpu: own }, KEPT_SECONDS));
    }
  }

  /** µs a request; null before there were enough. */
  of(strategy: StrategyName): TierCosts | null {
    const shares = this.#shares.get(strategy) ?? [];
    const requests = shares.reduce((sum, share) => sum + share.requests, 0);
    return requests < LEAST_REQUESTS ? null : mapTiers((tier) => costOf(shares, tier));
  }
}

/** Of the seconds in which the tier told. */
function costOf(shares: readonly Share[], tier: keyof TierCosts): number | null {
  const told = shares.filter(({ cpu }) => cpu[tier] !== null);
  const requests = told.reduce((sum, share) => sum + share.requests, 0);
  const micros = told.reduce((sum, { cpu }) => sum + (cpu[tier] ?? 0), 0);
  return requests === 0 ? null : Math.max(0, micros / requests);
}

function mapTiers(of: (tier: keyof TierCosts) => number | null): TierCosts {
  return { instances: of('instances'), balancer: of('balancer'), store: of('store') };
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
}

function keep<T>(list: T[], item: T, most: number): T[] {
  list.push(item);
  list.splice(0, Math.max(0, list.length - most));
  return list;
}
