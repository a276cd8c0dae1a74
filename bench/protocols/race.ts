import { workBetween } from '../cluster/tiers.js';
import type { Check } from '../contract.js';
import type { Protocol } from './protocol.js';
import { raceOf } from './races/index.js';
import type { Raced } from './races/race.js';
import { beginRound } from './round-head.js';
import { sweepsOf } from './sweeps.js';

const SETUP_SECONDS = 0.05;

/** Operations on one session at once, again and again. */
export const race: Protocol<'race'> = {
  leastSweeps: 8,
  requires: ({ race }, factors) => raceOf(race).requires(factors),
  seconds({ race, trials }, cells) {
    const { setup, round } = raceOf(race).seconds(trials);
    return { setup, sweep: cells.length * (SETUP_SECONDS + round) };
  },
  async *measure({ key, settings, cells }, context) {
    const { cluster } = context;
    context.say('setting up');
    const track = await raceOf(settings.race).open(context);
    try {
      yield* sweepsOf(cells, context, async (factors, sweep) => {
        context.say(`${settings.race}, ${factors.strategy}`);
        if (factors.instances !== undefined) await cluster.serveWith(Number(factors.instances));
        const finish = beginRound(key, factors, sweep);
        const contest = await track.prepare(factors, settings.trials);
        const before = await cluster.readTiers();
        await contest.run();
        const work = workBetween(before, await cluster.readTiers());
        const raced = await contest.look();
        return { protocol: 'race' as const, ...finish(checksOf(raced, settings.trials)), ...raced, work };
      });
    } finally {
      await track.close();
      await cluster.serveWith(cluster.instances);
    }
  },
};

function checksOf({ trials, wrong, statuses }: Raced, wanted: number): Check[] {
  const tried = trials.reduce((sum, count) => sum + count, 0);
  const undecided = Object.entries(statuses).reduce(
    (sum, [status, count]) => (status === '0' || status.startsWith('5') ? sum + count : sum),
    0,
  );
  return [
    { name: 'everything was tried', ok: tried === wanted, detail: `${tried} of ${wanted}` },
    {
      name: 'no more goes wrong than is tried',
      ok: wrong.length === trials.length && wrong.every((count, at) => count <= (trials[at] ?? 0)),
      detail: `${wrong.reduce((sum, count) => sum + count, 0)} of ${tried}`,
    },
    { name: 'few unexpected answers', ok: undecided === 0, detail: `${undecided} came to nothing or to an error` },
  ];
}
