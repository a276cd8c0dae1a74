import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import { type Random, shuffle } from '../stats/prng.js';
import type { ClosedLoopLoad } from './closed-loop.js';
import { measureRound, type Round } from './round.js';
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
 * The numbers of instances to compare: one, from which the others are predicted; the plan's; and half as many again as its
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

export interface Turns {
  readonly rounds: number;
  readonly roundMs: number;
  readonly random: Random;
  /** @param share of all rounds, 0 to 1 */
  readonly onProgress: (share: number, what: string) => void;
}

/**
 * Rounds in which every setting has a turn, in a new random order each, the numbers of instances of one strategy one after the
 * other: they are what is compared, so a machine that gets slower should slow all of them. The cluster has to have as many instances as the largest setting.
 * One round more is measured first and thrown away: what was about to be compiled or collected is done in it.
 */
export async function measureInTurns(cluster: Cluster, settings: readonly Setting[], turns: Turns): Promise<void> {
  const { rounds, roundMs, random, onProgress } = turns;
  try {
    for (let round = 0; round <= rounds; round++) {
      onProgress(round / (rounds + 1), round === 0 ? 'settling' : `round ${round} of ${rounds}`);
      const blocks = shuffle([...new Set(settings.map(({ strategy }) => strategy))], random);
      const turns = blocks.flatMap((block) =>
        shuffle(
          settings.filter(({ strategy }) => strategy === block),
          random,
        ),
      );
      for (const { instances, load, rounds: measured } of turns) {
        await cluster.serveWith(instances);
        const result = await measureRound(cluster, { ...load, stop: { afterMs: roundMs } });
        if (round > 0) measured.push(result);
      }
    }
  } finally {
    await cluster.serveWith(Math.max(...settings.map(({ instances }) => instances)));
  }
}
