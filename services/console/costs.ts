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
  /** Whether any was not for the own page: a login costs as much as hundreds of those. */
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
    if (!only)
      keep(
        this.#idle,
        mapTiers(cpu, (micros) => micros / seconds),
        KEPT_IDLE_SECONDS,
      );
    else if (busy.length === 1 && !hasOtherRequests && this.#idle.length >= LEAST_IDLE_SECONDS) {
      const [strategy, count] = only;
      const idle = mapTiers(cpu, (_, tier) => median(this.#idle.map((one) => one[tier])));
      const own = mapTiers(cpu, (micros, tier) => micros - seconds * (idle[tier] ?? Number.NaN));
      const shares = this.#shares.get(strategy) ?? [];
      this.#shares.set(strategy, keep(shares, { requests: count, cpu: own }, KEPT_SECONDS));
    }
  }

  /** µs a request; null before there were enough. */
  of(strategy: StrategyName): TierCosts | null {
    const shares = this.#shares.get(strategy) ?? [];
    const requests = shares.reduce((sum, share) => sum + share.requests, 0);
    if (requests < LEAST_REQUESTS) return null;
    const sum = (tier: keyof TierCosts) => shares.reduce((total, { cpu }) => total + (cpu[tier] ?? Number.NaN), 0);
    return mapTiers(shares[0]?.cpu as TierCosts, (_, tier) => Math.max(0, sum(tier) / requests));
  }
}

/** What is null, and what would be no number, is null. */
function mapTiers(costs: TierCosts, change: (micros: number, tier: keyof TierCosts) => number): TierCosts {
  const of = (tier: keyof TierCosts) => {
    const value = costs[tier] === null ? Number.NaN : change(costs[tier], tier);
    return Number.isNaN(value) ? null : value;
  };
  return { instances: of('instances'), balancer: of('balancer'), store: of('store') };
}

function median(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? Number.NaN;
}

function keep<T>(list: T[], item: T, most: number): T[] {
  list.push(item);
  list.splice(0, Math.max(0, list.length - most));
  return list;
}
