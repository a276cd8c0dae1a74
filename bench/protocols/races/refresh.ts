import pMap from 'p-map';
import { Pool } from 'undici';
import { type LoginReply, ROUTES, SEED } from '../../../services/contract.js';
import type { Aside } from '../../cluster/cluster.js';
import { Identity } from '../../load/identity.js';
import type { ProtocolContext } from '../protocol.js';
import { type Contest, type Race, Statuses } from './race.js';

const STRATEGY = 'jwt-refresh';
/** Users of whom several clients refresh at once. */
const CONCURRENCY = 8;
const REFRESHES_PER_SECOND = 800;

interface Site {
  readonly aside: Aside;
  readonly pool: Pool;
}

/**
 * Clients of one user, such as tabs of a browser, that hold the same refresh token and use it at the same time. Each keeps what it gets and
 * refreshes once more with it. None does anything wrong, so each that is refused was logged out falsely.
 */
export const refresh: Race = {
  requires: () => ['Redis', 'instances with settings of their own'],
  seconds: (trials) => ({ setup: 2, round: (2 * trials) / REFRESHES_PER_SECOND }),
  async open(context) {
    const sites = new Map<number, Promise<Site>>();
    return {
      async prepare({ grace, clients }, trials) {
        const seconds = Number(grace);
        const opening = sites.get(seconds) ?? openSite(seconds, context);
        sites.set(seconds, opening);
        return contestAt(await opening, { trials, clients: Number(clients) }, context);
      },
      async close() {
        for (const opened of await Promise.allSettled(sites.values())) {
          // Whoever asked for it was told that it did not start.
          if (opened.status === 'rejected') continue;
          await opened.value.pool.destroy();
          await opened.value.aside.stop();
        }
      },
    };
  },
};

/** An instance whose retired refresh tokens are good for so many seconds more. */
async function openSite(graceSeconds: number, { cluster }: ProtocolContext): Promise<Site> {
  const aside = await cluster.startAside('instance', {
    STRATEGIES: STRATEGY,
    REFRESH_GRACE_SECONDS: `${graceSeconds}`,
  });
  return { aside, pool: new Pool(aside.url, { connections: 64 }) };
}

async function contestAt(
  { aside, pool }: Site,
  { trials, clients }: { readonly trials: number; readonly clients: number },
  { cluster, signal }: ProtocolContext,
): Promise<Contest> {
  const shared = await pMap(
    Array.from({ length: Math.ceil(trials / clients) }, (_, user) => `${SEED.userPrefix}${user + 1}`),
    async (username) => {
      const identity = new Identity({ pool, origin: aside.url, strategy: STRATEGY, username });
      return (JSON.parse((await identity.benchLogin(cluster.benchToken)).body) as LoginReply).refreshToken ?? '';
    },
    { concurrency: CONCURRENCY, signal },
  );
  const statuses = new Statuses();
  /** @returns the next refresh token, or null where it was refused */
  const use = async (refreshToken: string): Promise<string | null> => {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/${STRATEGY}${ROUTES.refresh}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    const text = await body.text();
    return statuses.add(statusCode) === 200 ? ((JSON.parse(text) as LoginReply).refreshToken ?? null) : null;
  };
  let held: (string | null)[][] = [];
  return {
    async run() {
      const meet = (token: string) => Promise.all(Array.from({ length: clients }, () => use(token)));
      held = await pMap(shared, meet, { concurrency: CONCURRENCY, signal });
    },
    async look() {
      const loggedOut = async (tokens: readonly (string | null)[]) => {
        let count = 0;
        for (const token of tokens) if (token === null || (await use(token)) === null) count++;
        return count;
      };
      return {
        trials: held.map(() => clients),
        wrong: await pMap(held, loggedOut, { concurrency: CONCURRENCY, signal }),
        statuses: statuses.counts,
        operations: shared.length * clients,
      };
    },
  };
}
