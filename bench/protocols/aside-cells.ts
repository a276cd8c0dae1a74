/** Cells that are measured on an instance of their own, as they have a setting that those of the cluster have not. */
import { Pool } from 'undici';
import { type InstanceStats, OPS, ROUTES, STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { Aside, Cluster, SpareStore } from '../cluster/cluster.js';
import { fetchJson } from '../cluster/http.js';
import type { Factors } from '../contract.js';
import type { LoadRequest } from '../load/load-result.js';
import { keyOf } from '../metrics/quantity.js';
import { mintSessions } from './minted-sessions.js';
import { POPULATION_SETTINGS } from './populations.js';
import type { ProtocolContext } from './protocol.js';
import { pageViewsAt } from './signing-in.js';

/** What a factor stands for. */
const SETTINGS: Readonly<Record<string, (value: Factors[string]) => Readonly<Record<string, string>>>> = {
  cacheSeconds: (seconds) => ({ DENYLIST_CACHE_SECONDS: `${seconds}` }),
  sessions: () => POPULATION_SETTINGS,
};
const MINT_ATTEMPTS = 5;
/** Requests under way at once while users sign in. */
const CONNECTIONS = 16;
/** Of a population, who sends requests: spread evenly over all. */
const ACTIVE_SESSIONS = 1_000;

/** Of the instance that a cell is measured on; undefined where the cluster's own will do. */
export function settingsOf(factors: Factors): Readonly<Record<string, string>> | undefined {
  const given = Object.entries(factors).flatMap(([name, value]) => Object.entries(SETTINGS[name]?.(value) ?? {}));
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

/** An instance beside the cluster that a cell is measured on. */
export interface AsideCell {
  readonly aside: Aside;
  readStats(): Promise<readonly InstanceStats[]>;
  /** A page view for each connection: a user of its own each, who has signed in there; of a population, of many of its users. */
  pageViews(context: ProtocolContext, strategy: StrategyName, count: number): Promise<LoadRequest[]>;
}

/** An instance for each of the cells that take one of their own. */
export class AsideCells {
  readonly #cells = new Map<string, AsideCell>();
  readonly #pools: Pool[] = [];
  readonly #stores: SpareStore[] = [];

  static async start(cluster: Cluster, cells: readonly Factors[]): Promise<AsideCells> {
    const all = new AsideCells();
    try {
      for (const factors of cells) {
        const settings = settingsOf(factors);
        if (settings) all.#cells.set(keyOf(factors), await all.#start(cluster, factors, settings));
      }
      return all;
    } catch (error) {
      await all.stop();
      throw error;
    }
  }

  of(factors: Factors): AsideCell | undefined {
    return this.#cells.get(keyOf(factors));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
    await Promise.all([...this.#cells.values()].map(({ aside }) => aside.stop()));
    await Promise.all(this.#stores.map((store) => store.empty()));
  }

  /** Populations do not share a database: each would be as large as all together. */
  async #start(cluster: Cluster, factors: Factors, settings: Readonly<Record<string, string>>): Promise<AsideCell> {
    if (!holdsPopulationInRedis(factors)) return this.#cellOf(await cluster.startAside('instance', settings), factors);
    const store = cluster.spareStore(1 + this.#stores.length);
    this.#stores.push(store);
    await store.empty();
    return this.#cellOf(await cluster.startAside('instance', { ...settings, ...store.settings }), factors);
  }

  #cellOf(aside: Aside, { sessions }: Factors): AsideCell {
    const pool = new Pool(aside.url, { connections: CONNECTIONS });
    this.#pools.push(pool);
    return {
      aside,
      readStats: async () => [await fetchJson<InstanceStats>(`${aside.opsUrl}${OPS.stats}`)],
      pageViews: (context, strategy, count) =>
        sessions === undefined
          ? pageViewsAt({ ...context, pool }, aside.url, strategy, count)
          : populationViews(context, aside.url, strategy, Number(sessions)),
    };
  }
}

export function holdsPopulationInRedis({ strategy, sessions }: Factors): boolean {
  return sessions !== undefined && (STRATEGIES[strategy as StrategyName]?.needs.includes('redis') ?? false);
}

async function populationViews(
  { cluster: { benchToken }, say }: ProtocolContext,
  url: string,
  strategy: StrategyName,
  sessions: number,
): Promise<LoadRequest[]> {
  say(`${sessions} sessions, ${strategy}`);
  const kept = await mintSessions({ url, benchToken, strategy }, sessions, {
    keep: Math.min(sessions, ACTIVE_SESSIONS),
    attempts: MINT_ATTEMPTS,
  });
  return kept.map((headers) => ({ path: `/${strategy}${ROUTES.me}`, headers }));
}
