import { setTimeout } from 'node:timers/promises';
import { ADMIN, type BalancerSnapshot, type UpstreamSnapshot } from '../../balancer/contract.js';
import { BenchError } from '../errors.js';
import { fetchJson, postJson } from './http.js';

const UP_DEADLINE_MS = 10_000;
const POLL_MS = 20;

/** The balancer's admin listener, and what it asks to see. */
export interface Admin {
  /** Its origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function adminWith(url: string, token: string): Admin {
  return { url, headers: { authorization: `Bearer ${token}` } };
}

export function takeSnapshot({ url, headers }: Admin): Promise<BalancerSnapshot> {
  return fetchJson<BalancerSnapshot>(`${url}${ADMIN.snapshot}`, { headers });
}

/** Those that new clients are sent to. */
export function servingOf({ upstreams }: BalancerSnapshot): BalancerSnapshot['upstreams'] {
  return upstreams.filter(({ state }) => state === 'up');
}

export async function changeUpstream({ url, headers }: Admin, id: string, action: 'drain' | 'resume'): Promise<void> {
  await postJson(`${url}${ADMIN.upstreams}/${id}/${action}`, {}, headers);
}

/**
 * Has the balancer forget an upstream at once, also for clients that are pinned to it. The instance goes on.
 * @returns what has the balancer know it again, as the last of its upstreams
 */
export async function removeUpstream(admin: Admin, upstream: UpstreamSnapshot): Promise<() => Promise<void>> {
  const { id, url, healthUrl, weight } = upstream;
  const upstreams = `${admin.url}${ADMIN.upstreams}`;
  await fetchJson(`${upstreams}/${id}`, { method: 'DELETE', headers: admin.headers });
  return async () => {
    await postJson(upstreams, { url, healthUrl, weight }, admin.headers);
  };
}

/**
 * Has the balancer send new clients to the first `instances` of its upstreams alone, and drain the others.
 * @throws BenchError CLUSTER_FAILED where one that is to serve does not.
 */
export async function serveWith(admin: Admin, instances: number): Promise<void> {
  const { upstreams } = await takeSnapshot(admin);
  for (const [index, { id, state }] of upstreams.entries()) {
    const serves = index < instances;
    if (serves === (state !== 'draining')) continue;
    await changeUpstream(admin, id, serves ? 'resume' : 'drain');
  }
  // One on a slice of CPU may have been late for its checks.
  const deadline = performance.now() + UP_DEADLINE_MS;
  for (;;) {
    const serving = servingOf(await takeSnapshot(admin));
    if (serving.length === instances) return;
    if (upstreams.length < instances || performance.now() > deadline)
      throw new BenchError('CLUSTER_FAILED', `${serving.length} instances serve, and not ${instances}.`);
    await setTimeout(POLL_MS);
  }
}
