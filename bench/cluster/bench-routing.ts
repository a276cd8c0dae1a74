import { BASELINE } from '../../services/contract.js';

/** The reply without authentication has a path for each of these, which is routed by it. */
const TRIED_AFFINITIES = ['inserted-cookie', 'source-hash:modulo', 'source-hash:consistent'];
/** What the balancer does where it is told of no affinity. */
const DEFAULT_AFFINITY = '/sticky=inserted-cookie';

/** @param affinity as the balancer calls it */
export function pathRoutedBy(affinity: string): string {
  return `/${BASELINE}/${affinity}`;
}

/**
 * Settings of a balancer to measure on, beside those that the environment chose.
 * @param clients where the bench asks from: there it may say for whom, so that its users are told apart by their addresses
 */
export function benchRouting({ AFFINITY, TRUSTED_PROXIES }: NodeJS.ProcessEnv, clients: readonly string[]) {
  const tried = TRIED_AFFINITIES.map((affinity) => `${pathRoutedBy(affinity)}=${affinity}`);
  return {
    AFFINITY: [AFFINITY || DEFAULT_AFFINITY, ...tried].join(','),
    TRUSTED_PROXIES: [...(TRUSTED_PROXIES ? [TRUSTED_PROXIES] : []), ...clients].join(','),
  };
}
