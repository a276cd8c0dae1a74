import type { Scope } from './claims/claim.js';
import { BUILT, UNBUILT } from './claims/index.js';
import { type Lacks, minutesOf } from './plan.js';

const ID_WIDTH = 22;
const MINUTES_WIDTH = 5;

/** For a terminal: every claim, the minutes that it takes alone, and what this machine lacks for it. */
export function renderList(ids: readonly string[], scope: Scope, lacks: Lacks): string {
  const built = BUILT.filter(({ id }) => ids.includes(id)).map((claim) => {
    const taken = minutesOf(claim, scope, lacks);
    const minutes = typeof taken === 'number' ? taken.toFixed(1) : '–';
    const line = `${claim.id.padEnd(ID_WIDTH)}${minutes.padStart(MINUTES_WIDTH)}  ${claim.statement}`;
    return typeof taken === 'number' ? line : `${line}\n${' '.repeat(ID_WIDTH + MINUTES_WIDTH + 2)}${taken.because}`;
  });
  return [
    `${'claim'.padEnd(ID_WIDTH)}${'min'.padStart(MINUTES_WIDTH)}  statement`,
    ...built,
    '',
    'Claims share what they measure: several take less than the sum of their minutes.',
    `Not built yet: ${UNBUILT.map(({ id }) => id).join(', ')}.`,
    '',
  ].join('\n');
}
