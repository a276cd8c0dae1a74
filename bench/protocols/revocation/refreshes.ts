import { type InstanceStats, type LoginReply, OPS, ROUTES, type StrategyName } from '../../../services/contract.js';
import { fetchJson } from '../../cluster/http.js';
import type { BatteryRound } from '../../contract.js';
import { BenchError } from '../../errors.js';
import { Identity } from '../../load/identity.js';
import type { ProtocolContext } from '../protocol.js';
import type { Site } from './sites.js';

const REFRESHES = 10;

/** Trips to the store that an instance makes for refreshes, one after the other while it does nothing else; 0 of each where no strategy has any. */
export async function countRefreshes(
  { strategies, cluster }: Pick<ProtocolContext, 'strategies' | 'cluster'>,
  { url, pool, aside }: Site,
  username: string,
): Promise<BatteryRound['counts']> {
  const strategy = strategies.find((name) => name === 'jwt-refresh');
  if (!strategy) return {};
  const identity = new Identity({ pool, origin: url, strategy, username });
  let reply = JSON.parse((await identity.benchLogin(cluster.benchToken)).body) as LoginReply;
  const before = await tripsOf(aside.opsUrl, strategy);
  for (let done = 0; done < REFRESHES; done++) {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: `/${strategy}${ROUTES.refresh}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: reply.refreshToken }),
    });
    const text = await body.text();
    if (statusCode !== 200)
      throw new BenchError('REQUEST_FAILED', `POST /${strategy}${ROUTES.refresh}: ${statusCode} ${text}`);
    reply = JSON.parse(text) as LoginReply;
  }
  return { refreshes: REFRESHES, refreshTrips: (await tripsOf(aside.opsUrl, strategy)) - before };
}

async function tripsOf(opsUrl: string, strategy: StrategyName): Promise<number> {
  const { strategies } = await fetchJson<InstanceStats>(`${opsUrl}${OPS.stats}`);
  return strategies[strategy]?.storeTrips ?? 0;
}
