import t from 'tap';
import type { RaceRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { race } from './quantity.js';
import { operationCostRatio, wrongRatio } from './race.js';

const CARTS = race({ race: 'cart', trials: 40 });
const SAVED = { strategy: 'redis', instances: 2, update: 'session' };
const ATOMIC = { ...SAVED, update: 'atomic' };

function roundWith(round: Partial<RaceRound>, factors = SAVED, sweep = 0): RaceRound {
  const [template] = roundsOf(CARTS, [factors], { sweeps: 1 }) as RaceRound[];
  return { ...(template as RaceRound), sweep, ...round };
}

t.test('what goes wrong is a share of what was tried, and sessions are the units', async (t) => {
  const quantity = wrongRatio(CARTS, SAVED, 'items lost');
  const rounds = [
    roundWith({ trials: [10, 10, 0], wrong: [9, 0, 0] }),
    roundWith({ trials: [5], wrong: [1] }, SAVED, 1),
  ];
  t.match(quantity.estimate(evidenceIn(rounds), options()), { value: 10 / 25, n: 3, unit: 'share' });
  t.same(quantity.perRound(evidenceIn(rounds)), [9 / 20, 1 / 5]);
});

t.test('a share in a world lies in its interval', async (t) => {
  const rounds = roundsOf(CARTS, [SAVED], { truth: { wrong: () => 0.3 }, sweeps: 20 });
  const { low, high } = wrongRatio(CARTS, SAVED, 'items lost').estimate(evidenceIn(rounds), options(0.999));
  t.ok(low <= 0.3 && 0.3 <= high, `${low} to ${high}`);
});

t.test('what one way costs by another is of rounds of the same sweep', async (t) => {
  const costing = (instanceCpuMicros: number, factors: typeof SAVED, sweep: number) => {
    const round = roundWith({ operations: 10 }, factors, sweep);
    return { ...round, work: { ...round.work, instanceCpuMicros, storeCpuMicros: 100 } };
  };
  const rounds = [0, 1].flatMap((sweep) => [
    costing(500 * (sweep + 1), ATOMIC, sweep),
    costing(1_100, SAVED, sweep),
    costing(9_000, SAVED, sweep + 2),
  ]);
  const ratio = operationCostRatio(CARTS, ATOMIC, SAVED, 'cost');
  t.same(ratio.perRound(evidenceIn(rounds)), [600 / 1_200, 1_100 / 1_200]);
});
