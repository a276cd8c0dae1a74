import { type InstanceStats, type LoginReply, OPS, ROUTES, type StrategyName } from '../../../services/contract.js';
import { fetchJson } from '../../cluster/http.js';
import type { BatteryRound } from '../../contract.js';
import { BenchError } from '../../errors.js';
import { Identity } from '../../load/identity.js';
import type { ProtocolContext } from '../protocol.js';
import type { Site } from './sites.js';

const REFRESHES = 10;
/** Each by a login of its own. */
const LOGOUTS = 8;

/**
 * Trips to the store that an instance makes for refreshes, one after the other while it does nothing else; and refreshes after logout, with how
 * many of them were accepted. Nothing where no strategy has refreshes.
 */
export async function countRefreshes(
  { strategies, cluster }: Pick<ProtocolContext, 'strategies' | 'cluster'>,
  site: Site,
  username: string,
): Promise<BatteryRound['counts']> {
  const strategy = strategies.find((name) => name === 'jwt-refresh');
  if (!strategy) return {};
  const { url: origin, pool, aside } = site;
  const signIn = async () => {
    const identity = new Identity({ pool, origin, strategy, username });
    const { refreshToken } = JSON.parse((await identity.benchLogin(cluster.benchToken)).body) as LoginReply;
    return { identity, refreshToken };
  };
  let { refreshToken } = await signIn();
  const before = await tripsOf(aside.opsUrl, strategy);
  for (let done = 0; done < REFRESHES; done++) {
    const { statusCode, text } = await refresh(site, strategy, refreshToken);
    if (statusCode !== 200)
      throw new BenchError('REQUEST_FAILED', `POST /${strategy}${ROUTES.refresh}: ${statusCode} ${text}`);
    ({ refreshToken } = JSON.parse(text) as LoginReply);
  }
  const refreshTrips = (await tripsOf(aside.opsUrl, strategy)) - before;
  let accepted = 0;
  for (let done = 0; done < LOGOUTS; done++) {
    const { identity, refreshToken } = await signIn();
    await identity.post(ROUTES.logout, {});
    if ((await refresh(site, strategy, refreshToken)).statusCode === 200) accepted++;
  }
  return { refreshes: REFRESHES, refreshTrips, refreshesAfterLogout: LOGOUTS, refreshedAfterLogout: accepted };
}

async function refresh({ pool }: Site, strategy: StrategyName, refreshToken: string | undefined) {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: `/${strategy}${ROUTES.refresh}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  });
  return { statusCode, text: await body.text() };
}

async function tripsOf(opsUrl: string, strategy: StrategyName): Promise<number> {
  const { strategies } = await fetchJson<InstanceStats>(`${opsUrl}${OPS.stats}`);
  return strategies[strategy]?.storeTrips ?? 0;
}
