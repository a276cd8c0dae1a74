import t from 'tap';
import type { PlanRecord } from '../contract.js';
import { pairedRatio } from '../stats/estimate.js';
import { createRandom, type Random } from '../stats/prng.js';
import { studentT } from '../stats/student-t.js';
import { sampleResults } from '../testing/sample-results.js';
import { normal } from '../testing/simulation.js';
import { BUILT } from './index.js';
import { decidingConfidence, LOOKS, nextLook, RUN_ERROR } from './looks.js';

const plan = sampleResults().plan as PlanRecord;
const LEAST = 8;

t.test('looks are few: after the least rounds, and each time that there are half as many again', async (t) => {
  t.same(
    [0, 7, 8, 11, 12, 17, 18, 26, 27, 39, 40, 100].map((rounds) => nextLook(LEAST, rounds)),
    [8, 8, 12, 12, 18, 18, 27, 27, 40, 40, undefined, undefined],
  );
  t.same(
    [0, 3, 4, 6, 10, 15].map((rounds) => nextLook(3, rounds)),
    [3, 4, 6, 10, 15, undefined],
  );
});

t.test('the more numbers a run decides by, the surer each has to be', async (t) => {
  const alone = decidingConfidence(BUILT, { ...plan, claims: ['store-ceiling'] });
  t.equal(alone.toFixed(9), (1 - RUN_ERROR / LOOKS).toFixed(9), 'one number');
  const whole = decidingConfidence(BUILT, plan);
  t.ok(whole > 0.9998 && whole < 0.9999, `${whole}`);
  const leftOut = [{ claim: 'mismatch-mended', because: 'no Redis' }];
  t.ok(decidingConfidence(BUILT, { ...plan, leftOut }) < whole, 'what is left out is not paid for');
  t.ok(decidingConfidence(BUILT, { ...plan, claims: [] }) < 1);
});

/** How rounds of a cell come out: skewed, and now and then the machine stands still for a part of one. */
interface Rounds {
  readonly spread: number;
  /** Share of rounds with a stall. */
  readonly stalls: number;
}

const WORLDS: readonly Rounds[] = [
  { spread: 0.15, stalls: 0 },
  { spread: 0.15, stalls: 0.05 },
  { spread: 0.3, stalls: 0.15 },
];
const RUNS = 2_000;

/** Its logarithm. */
function drawRound(random: Random, { spread, stalls }: Rounds): number {
  const stall = random() < stalls ? Math.log(1.5 + 2 * random()) : 0;
  return stall + spread * normal(random);
}

/** Whether a comparison whose truth is its threshold is decided at any look: that is wrong on whichever side. */
function isDecidedWrongly(random: Random, world: Rounds, widths: ReadonlyMap<number, number>): boolean {
  let [n, sum, squares] = [0, 0, 0];
  for (const [look, width] of widths) {
    for (; n < look; n++) {
      const log = drawRound(random, world) - drawRound(random, world);
      sum += log;
      squares += log * log;
    }
    const error = Math.sqrt((squares - sum ** 2 / n) / (n - 1) / n);
    if (Math.abs(sum / n) > width * error) return true;
  }
  return false;
}

t.test(`of ${RUNS} runs in which all truths are on their thresholds at most 5 % decide anything`, async (t) => {
  const confidence = decidingConfidence(BUILT, plan);
  const comparisons = Math.round(RUN_ERROR / LOOKS / (1 - confidence));
  t.equal(comparisons, 81);
  const widths = new Map<number, number>();
  for (let n = nextLook(LEAST, 0); n !== undefined; n = nextLook(LEAST, n)) widths.set(n, studentT(confidence, n - 1));
  t.same([...widths.keys()], [8, 12, 18, 27, 40]);
  for (const world of WORLDS) {
    const random = createRandom(1, `runs ${JSON.stringify(world)}`);
    let wrong = 0;
    for (let run = 0; run < RUNS; run++) {
      const outcomes = Array.from({ length: comparisons }, () => isDecidedWrongly(random, world, widths));
      if (outcomes.includes(true)) wrong++;
    }
    t.ok(wrong <= RUN_ERROR * RUNS, `${wrong} of ${RUNS} runs, ${JSON.stringify(world)}`);
    t.comment(`${((100 * wrong) / RUNS).toFixed(1)} % with ${JSON.stringify(world)}`);
  }
});

t.test('the intervals of these runs are those of the estimates, without resampling', async (t) => {
  const random = createRandom(2, 'widths');
  const confidence = 0.9996;
  for (const n of [8, 32]) {
    const draw = () => Math.exp(drawRound(random, { spread: 0.3, stalls: 0.1 }));
    const [ours, theirs] = [Array.from({ length: n }, draw), Array.from({ length: n }, draw)];
    const { low, high } = pairedRatio(ours, theirs, { random, confidence });
    const logs = ours.map((one, at) => Math.log(one / (theirs[at] ?? Number.NaN)));
    const mean = logs.reduce((sum, log) => sum + log, 0) / n;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (n - 1));
    const halfWidth = (studentT(confidence, n - 1) * deviation) / Math.sqrt(n);
    t.ok(Math.abs(Math.log(high / low) / 2 / halfWidth - 1) < 0.06, `${n} rounds`);
  }
});
