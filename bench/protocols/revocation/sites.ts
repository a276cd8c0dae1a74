/** The instances between which sessions begin, are ended and are presented all the same: peers, for what they tell each other. */
import { Pool } from 'undici';
import type { Aside, Cluster } from '../../cluster/cluster.js';
import { findFreePorts } from '../../cluster/ports.js';
import { LIFETIME_S } from '../../metrics/battery.js';

const SETTINGS = {
  JWT_LIFETIME_SECONDS: `${LIFETIME_S}`,
  JWT_CLOCK_TOLERANCE_SECONDS: '0',
  REFRESH_ACCESS_SECONDS: `${LIFETIME_S}`,
};
/** The one of which an instance may remember answers, and for how long. */
export const CACHED_STRATEGY = 'jwt-denylist';
const CACHES_S = [1, 5] as const;
const CONNECTIONS = 64;

export interface Site {
  readonly url: string;
  readonly aside: Aside;
  readonly pool: Pool;
}

export interface Sites {
  /** Where all sessions begin, and logouts come to. */
  readonly home: Site;
  /** Where everything else is done that ends sessions. */
  readonly desk: Site;
  /** Those that remember for so many seconds that a token was not denied. */
  readonly cached: ReadonlyMap<number, Site>;
  stop(): Promise<void>;
}

export async function startSites(cluster: Cluster, withCaches: boolean): Promise<Sites> {
  const started: Site[] = [];
  const start = async (settings: Readonly<Record<string, string>>): Promise<Site> => {
    const aside = await cluster.startAside('instance', { ...SETTINGS, ...settings });
    const site = { url: aside.url, aside, pool: new Pool(aside.url, { connections: CONNECTIONS }) };
    started.push(site);
    return site;
  };
  const stop = async () => {
    await Promise.all(
      started.map(async ({ aside, pool }) => {
        await pool.destroy();
        await aside.stop();
      }),
    );
  };
  try {
    const [peerPort] = await findFreePorts(1);
    const home = await start({ PEER_PORT: `${peerPort}` });
    const desk = await start({ PEERS: `${new URL(home.url).hostname}:${peerPort}` });
    const caches = withCaches ? CACHES_S : [];
    const cached = await Promise.all(
      caches.map(async (seconds) => [seconds, await start({ DENYLIST_CACHE_SECONDS: `${seconds}` })] as const),
    );
    return { home, desk, cached: new Map(cached), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
