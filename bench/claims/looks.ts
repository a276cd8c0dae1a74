/**
 * When a run looks at its numbers, and how sure it has to be each time. A run that goes on where an interval is too wide, and
 * stops where it is not, stops on luck unless that is paid for. Here looks are few and fixed beforehand (a group-sequential design), and
 * the error is shared out equally among all looks at all numbers that verdicts rest on (Bonferroni): it holds whatever they have
 * in common. Pocock's bound (Biometrika 64, 1977) is narrower, and holds for normal rounds alone.
 */
import type { PlanRecord } from '../contract.js';
import { simultaneous } from '../stats/bootstrap.js';
import type { Claim, Scope } from './claim.js';

/** How likely it is at most that any verdict of a run is wrong. */
export const RUN_ERROR = 0.05;
/** After the least rounds of a number, and each time that there are half as many again; one whose time is up looks instead of the next time. */
export const LOOKS = 5;
const GROWTH = 1.5;

/** Of each interval that a verdict rests on. */
export function decidingConfidence(claims: readonly Claim[], plan: PlanRecord): number {
  const scope = { strategies: plan.strategies, instances: plan.instances } as Scope;
  const judged = claims.filter(({ id }) => plan.claims.includes(id) && !plan.leftOut.some(({ claim }) => claim === id));
  const numbers = judged.reduce((sum, claim) => sum + claim.ask(scope).rule.quantities.length, 0);
  return simultaneous(1 - RUN_ERROR, LOOKS * Math.max(1, numbers));
}

/** How many rounds there are when it is looked at next; undefined after the last look. */
export function nextLook(leastRounds: number, rounds: number): number | undefined {
  return Array.from({ length: LOOKS }, (_, look) => roundsAt(leastRounds, look)).find((count) => count > rounds);
}

/** Rounds at the last look: a number that is open then stays so. */
export function mostRounds(leastRounds: number): number {
  return roundsAt(leastRounds, LOOKS - 1);
}

function roundsAt(leastRounds: number, look: number): number {
  return Math.floor(leastRounds * GROWTH ** look);
}
