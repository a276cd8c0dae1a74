import type { Cluster } from '../cluster/cluster.js';
import type { Cell } from '../contract.js';
import { type Random, shuffle } from '../stats/prng.js';
import { checkLoad, overRounds } from './checks.js';
import { type ClosedNetwork, demandsFromOthers, predictSaturation } from './prediction.js';
import { measureRound, RoundEstimates } from './round.js';
import type { Setting } from './setting.js';

export interface Turns {
  readonly rounds: number;
  readonly roundMs: number;
  readonly random: Random;
  /** @param share of all rounds, 0 to 1 */
  readonly onProgress: (share: number, what: string) => void;
}

/**
 * Rounds in which every setting has a turn, in a new random order each, the numbers of instances of one strategy one after the
 * other: they are what is compared, so a machine that gets slower should slow all of them. The cluster has to have as many
 * instances as the largest setting. One round more is measured first and thrown away: what was about to be compiled or collected is done in it.
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

/** What the prediction of a setting stands on. */
export interface Basis {
  /** Of one strategy or of several. */
  readonly settings: readonly Setting[];
  readonly cores: Pick<ClosedNetwork, 'instanceCores' | 'storeCores'>;
}

/**
 * What a setting showed: capacity and latency, costs, and whether it is sound.
 * @param basis adds capacity and latency as predicted from the others
 */
export function describeSetting(
  setting: Setting,
  { basis, random }: { readonly basis?: Basis; readonly random: Random },
): Pick<Cell, 'metrics' | 'checks'> {
  const { instances, load, rounds } = setting;
  const estimates = new RoundEstimates(rounds, random);
  const network = { instances, connections: load.connections };
  return {
    metrics: {
      capacityRps: estimates.perRound('1/s', ({ load }) => load.steadyRps),
      latencyMeanMs: estimates.perRound('ms', ({ load }) => load.latency.meanMs),
      ...(basis &&
        predictSaturation(demandsFromOthers(basis.settings, setting, random), { ...network, ...basis.cores })),
      ...estimates.costs(),
    },
    checks: overRounds(rounds.map(({ load, work }) => checkLoad(load, { requests: work.instanceRequests, ...work }))),
  };
}
