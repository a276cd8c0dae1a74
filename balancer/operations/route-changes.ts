import Type from 'typebox';
import { Value } from 'typebox/value';
import { AFFINITY_NAMES, POLICY_NAMES, resolveRoute } from '../config-routes.js';
import type { RoutingSnapshot } from '../contract.js';
import { BadRequest } from '../errors.js';
import type { RoutingTable } from '../exchange/routing-table.js';

const RouteBody = Type.Object(
  { prefix: Type.String({ pattern: '^/[\\w.~/-]{0,63}$' }), policy: Type.String(), affinity: Type.String() },
  { additionalProperties: false },
);

export function readRouting(table: RoutingTable): RoutingSnapshot {
  return { routes: table.snapshot, policies: POLICY_NAMES, affinities: AFFINITY_NAMES };
}

/**
 * @param canSign whether there is a key for cookies
 * @throws BadRequest
 */
export function changeRoute(table: RoutingTable, body: unknown, canSign: boolean): void {
  const route = Value.Check(RouteBody, body) ? resolveRoute(body) : undefined;
  if (route === undefined) {
    const names = `${POLICY_NAMES.join(', ')}; ${AFFINITY_NAMES.join(', ')}, header-hash:NAME, learned-cookie:NAME`;
    throw new BadRequest(`the body must be {"prefix": "/…", "policy": …, "affinity": …} with ${names}`);
  }
  if (route.affinityKind.needsSecret && !canSign)
    throw new BadRequest(`${route.affinity} needs a key: no configured route has one of its kind`);
  table.set(route);
}
