import { BASELINE, ROUTES, type StrategyName } from '../../services/contract.js';
import type { LoadRequest } from '../load/load-result.js';
import { type SignIn, signInUsers } from '../load/users.js';
import type { ProtocolContext } from './protocol.js';

/** Signs in users without a password check, at the instances that serve now. */
export function signIn(context: ProtocolContext, strategy: StrategyName, count: number) {
  return signInAt(context, context.cluster.url, strategy, count);
}

function signInAt({ cluster, pool, signal }: ProtocolContext, url: string, strategy: StrategyName, count: number) {
  const { benchToken, demoPassword } = cluster;
  const who: SignIn = { url, benchToken, demoPassword, pool, signal, strategy, count };
  return signInUsers(who);
}

/** A page view for each connection: a user of its own each, or nobody where it is the reply without authentication. */
export async function pageViews(context: ProtocolContext, strategy: string, count: number): Promise<LoadRequest[]> {
  if (strategy === BASELINE) return Array.from({ length: count }, () => ({ path: `/${BASELINE}${ROUTES.me}` }));
  return pageViewsAt(context, context.cluster.url, strategy as StrategyName, count);
}

/** The same of users who sign in at that origin, which the context's pool leads to. */
export async function pageViewsAt(context: ProtocolContext, url: string, strategy: StrategyName, count: number) {
  const users = await signInAt(context, url, strategy, count);
  return users.map((user) => user.requestFor(ROUTES.me));
}
