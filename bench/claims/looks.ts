/**
 * When a run looks at its numbers, and how sure it has to be each time. A run that goes on where an interval is too wide, and
 * stops where it is not, stops on luck unless that is paid for. Here looks are few and fixed beforehand (a group-sequential design), and
 * the error is shared out equally among all looks at all numbers that verdicts rest on (Bonferroni): it holds whatever they have
 * in common. Pocock's bound (Biometrika 64, 1977) is narrower, and holds for normal rounds alone.
 */
import type { PlanRecord, ProtocolName } from '../contract.js';
import type { CellRef, Evidence } from '../metrics/quantity.js';
import { simultaneous } from '../stats/bootstrap.js';
import type { Claim, Scope } from './claim.js';

/**
 * How likely it is at most that any verdict of a run is wrong, as far as rounds are alike and independent, and what makes some of them
 * slow meets both sides of a comparison alike.
 */
export const RUN_ERROR = 0.05;
/** After the least rounds of a number, and each time that there are half as many again. */
export const LOOKS = 5;
const GROWTH = 1.5;

/** Of each interval that a verdict rests on. */
export function decidingConfidence(claims: readonly Claim[], plan: PlanRecord): number {
  const scope = { strategies: plan.strategies, instances: plan.instances } as Scope;
  const judged = claims.filter(({ id }) => plan.claims.includes(id) && !plan.leftOut.some(({ claim }) => claim === id));
  // What was counted decides without an interval, and errs by none.
  const numbers = judged.reduce(
    (sum, claim) => sum + claim.ask(scope).rule.thresholds.filter(({ length }) => length > 0).length,
    0,
  );
  return simultaneous(1 - RUN_ERROR, LOOKS * Math.max(1, numbers));
}

/** How many rounds there are when it is looked at next; undefined after the last look. */
export function nextLook(leastRounds: number, rounds: number): number | undefined {
  return looksAt(leastRounds).find((count) => count > rounds);
}

/**
 * The rounds that a verdict rests on: of each cell as many as there were at the last look that it has reached. Rounds since then say nothing
 * before the next, so that however a run was cut short, no number is looked at more often.
 */
export function atLook(evidence: Evidence, { measurements }: PlanRecord): Evidence {
  const leastOf = new Map(measurements.map(({ key, leastSweeps }) => [key, leastSweeps]));
  return {
    missing: (cell) => evidence.missing(cell),
    rounds<P extends ProtocolName>(cell: CellRef<P>) {
      const rounds = evidence.rounds(cell);
      const least = leastOf.get(cell.measurement.key) ?? rounds.length;
      return rounds.slice(0, Math.max(...looksAt(least).filter((count) => count <= rounds.length), 0));
    },
  };
}

function looksAt(leastRounds: number): number[] {
  return Array.from({ length: LOOKS }, (_, look) => Math.floor(leastRounds * GROWTH ** look));
}
