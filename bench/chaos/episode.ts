import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { ROUTES } from '../../services/contract.js';
import type { Cluster, PartName } from '../cluster/cluster.js';
import { takeSnapshot } from '../cluster/serving.js';
import type { LoadRequest } from '../load/load-result.js';
import { startSteadyLoad } from '../load/steady-load.js';
import { signInUsers } from '../load/users.js';
import type { Random } from '../stats/prng.js';
import { inflict, type Scene } from './faults.js';
import type { Episode, Fault, Sender } from './history.js';
import { RECOVERY_MS } from './rules.js';

export const RATE_RPS = 200;
const USERS_PER_STRATEGY = 16;
/** One request in five writes. */
const GETS_PER_POST = 4;
/** Before the fault. */
const CALM_MS = 1_500;
/** After it: until all has recovered, and some time more to see that it has. */
const AFTERMATH_MS = RECOVERY_MS + 1_500;
/** Longer than the balancer lets anybody wait. */
const TIMEOUT_MS = 30_000;
const CONNECTIONS = 1024;

type LoadedScene = Scene & { readonly random: Random };

/** Signs everybody in anew, and records what becomes of each request while a fault happens. */
export async function recordEpisode(fault: Fault, scene: LoadedScene): Promise<Episode> {
  const before = await countFailures(scene.cluster);
  let [startMs, mendedMs, servesAgain] = [0, 0, false];
  const { senders, outcomes } = await underLoad(scene, async (now) => {
    startMs = now();
    servesAgain = await inflict(fault, scene);
    mendedMs = now();
  });
  const after = await countFailures(scene.cluster);
  const failures = Object.entries(after).map(([part, count]) => [part, count - (before[part] ?? 0)] as const);
  return { fault, startMs, mendedMs, servesAgain, senders, outcomes, failures: Object.fromEntries(failures) };
}

/** Load and nothing else, until the code is compiled and every connection was used. */
export async function warmUp(scene: LoadedScene): Promise<void> {
  await underLoad(scene, async () => {});
}

async function underLoad(scene: LoadedScene, act: (now: () => number) => Promise<void>) {
  const { cluster, signal, random } = scene;
  const pool = new Pool(cluster.url, { connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 });
  try {
    const { senders, requests } = await signInAll(cluster, pool, signal);
    const options = { rateRps: RATE_RPS, timeoutMs: TIMEOUT_MS, random };
    const load = startSteadyLoad({ pool, origin: cluster.url, requests, ...options });
    try {
      await setTimeout(CALM_MS, undefined, { signal });
      await act(load.now);
      await setTimeout(AFTERMATH_MS, undefined, { signal });
    } catch (error) {
      await Promise.all([pool.destroy(), load.stop()]);
      throw error;
    }
    return { senders, outcomes: await load.stop() };
  } finally {
    await pool.destroy();
  }
}

async function signInAll(cluster: Cluster, pool: Pool, signal: AbortSignal) {
  const senders: Sender[] = [];
  const requests: LoadRequest[] = [];
  for (const strategy of cluster.strategies) {
    const { url, benchToken, demoPassword } = cluster;
    const users = await signInUsers({
      pool,
      url,
      benchToken,
      demoPassword,
      strategy,
      count: USERS_PER_STRATEGY,
      signal,
    });
    for (const user of users) {
      const get = user.requestFor(ROUTES.me);
      const to = user.requestFor(ROUTES.posts);
      const body = JSON.stringify({ title: 'chaos', body: 'written while something breaks' });
      const post = {
        ...to,
        method: 'POST',
        headers: { ...to.headers, 'content-type': 'application/json' },
        body,
      } as const;
      for (const request of [...Array.from({ length: GETS_PER_POST }, () => get), post]) {
        senders.push({ strategy, method: request === post ? 'POST' : 'GET', home: user.signedInAt });
        requests.push(request);
      }
    }
  }
  return { senders, requests };
}

/** By instance. The balancer has its upstreams in the order of the instances. */
async function countFailures({ admin }: Cluster): Promise<Record<PartName, number>> {
  const { upstreams } = await takeSnapshot(admin);
  return Object.fromEntries(upstreams.map(({ failures }, index) => [`instance-${index + 1}`, failures]));
}
