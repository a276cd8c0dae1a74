import { Pool } from 'undici';
import { mostInstances } from './claims/claim.js';
import type { Cluster } from './cluster/cluster.js';
import { CLUSTERS, type StartCluster } from './cluster/index.js';
import type { readEnvironment } from './config.js';
import { BenchError } from './errors.js';
import { inTime } from './in-time.js';
import type { BenchOptions } from './options.js';

/** At most so many requests of users who act one by one are under way. */
const USER_CONNECTIONS = 256;
const USER_TIMEOUT_MS = 15_000;
/** A cluster that takes longer to be mended, or to be stopped, does not come to it any more. */
const MENDING_MS = 60_000;

/** A cluster, and connections to it for users who act one by one. */
export interface Site {
  readonly cluster: Cluster;
  readonly pool: Pool;
}

export interface SiteOptions extends Pick<BenchOptions, 'cluster' | 'strategies' | 'instances'> {
  readonly environment: ReturnType<typeof readEnvironment>;
  /** Default: as the kind of cluster is started. */
  readonly startCluster?: StartCluster | undefined;
  readonly mendingMs?: number | undefined;
}

/** The cluster of a run: mended where that is possible, else replaced by another one. */
export class Sites {
  #site: Promise<Site> | undefined;
  #opened: Site | undefined;

  constructor(private readonly options: SiteOptions) {}

  open(): Promise<Site> {
    const opening = this.#start();
    this.#site = opening;
    opening.then(
      (site) => {
        if (this.#site === opening) this.#opened = site;
      },
      () => {},
    );
    return opening;
  }

  async #start(): Promise<Site> {
    const { cluster: kind, strategies, environment, startCluster = CLUSTERS[kind] } = this.options;
    // All that any claim asks for: which of them serve is changed without starting any.
    const cluster = await startCluster({ strategies, instances: mostInstances(this.options), environment });
    const timeouts = { headersTimeout: USER_TIMEOUT_MS, bodyTimeout: USER_TIMEOUT_MS };
    return { cluster, pool: new Pool(cluster.url, { connections: USER_CONNECTIONS, ...timeouts }) };
  }

  /**
   * The cluster as it was when it had started.
   * @param replaced is told why it was not the same any more
   */
  async restored(replaced: (because: string) => void): Promise<Site> {
    try {
      const site = await this.#site;
      if (!site) throw new BenchError('CLUSTER_FAILED', 'There is no cluster.');
      await inTime(site.cluster.restore(), undefined, this.#mendingMs);
      return site;
    } catch (error) {
      const left = await this.close().then(
        () => '',
        (error: unknown) => `; it could not be stopped: ${messageOf(error)}`,
      );
      replaced(`${messageOf(error)}${left}`);
      return this.open();
    }
  }

  /**
   * One that is still starting is not waited for: it ends as soon as it has started, or with this process (see reaper.ts).
   * @throws where it cannot be stopped
   */
  async close(): Promise<void> {
    const [opening, opened] = [this.#site, this.#opened];
    this.#site = undefined;
    this.#opened = undefined;
    if (opened) await this.#end(opened);
    else opening?.then((site) => this.#end(site)).catch(() => {});
  }

  async #end({ cluster, pool }: Site): Promise<void> {
    await pool.destroy();
    await inTime(cluster.stop(), undefined, this.#mendingMs);
  }

  get #mendingMs(): number {
    return this.options.mendingMs ?? MENDING_MS;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}
