import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { ClosedLoopLoad } from './closed-loop.js';
import type { Round } from './round.js';
import { type SignIn, signInUsers } from './users.js';

/** A strategy on a number of instances, under as much load as they can take. */
export interface Setting {
  readonly strategy: StrategyName;
  readonly instances: number;
  readonly load: Omit<ClosedLoopLoad, 'url' | 'stop'>;
  /** What was measured so far. */
  readonly rounds: Round[];
}

/**
 * The numbers of instances to compare: one, to which the others are compared; the plan's; and half as many again as its
 * largest, so that capacity is seen to go on or to stop. Ascending.
 */
export function sizesAround(planned: readonly number[]): number[] {
  const largest = Math.ceil(1.5 * Math.max(...planned));
  return [...new Set([1, ...planned, largest])].sort((a, b) => a - b);
}

/** Signs in a user for each connection, at the instances that serve now. */
export async function prepareSetting(
  signIn: Omit<SignIn, 'count'>,
  { instances, connectionsPerInstance }: { readonly instances: number; readonly connectionsPerInstance: number },
): Promise<Setting> {
  const { strategy, signal } = signIn;
  const connections = connectionsPerInstance * instances;
  const users = await signInUsers({ ...signIn, count: connections });
  const requests = users.map((user) => user.requestFor(ROUTES.me));
  const load = {
    connections,
    requests: (connection: number) => requests.slice(connection, connection + 1),
    // Behind round robin most instances refuse a session of another one: that is the finding, and no fault.
    expectedStatuses: strategy === 'memory' ? [200, 401] : [200],
    signal,
  };
  return { strategy, instances, load, rounds: [] };
}
