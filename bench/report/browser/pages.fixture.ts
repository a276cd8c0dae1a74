import { BUILT } from '../../claims/index.js';
import type { Results } from '../../contract.js';
import { keyOf } from '../../metrics/quantity.js';
import { makePlan } from '../../plan.js';
import { sampleResults } from '../../testing/sample-results.js';
import { hostile, interrupted, unplanned } from '../edge-cases.fixture.js';
import { buildView, renderHtml } from '../index.js';

/** As a run of `npm run bench -- --strategies jwt` has it. */
function oneStrategy(): Results {
  const scope = { strategies: ['jwt'] as const, instances: [1, 2, 4] };
  const lacks = { strategy: () => undefined, requirement: () => undefined };
  const plan = { kind: 'plan' as const, ...makePlan({ claims: BUILT, scope, minutes: 25, lacks }) };
  const isPlanned = new Set(
    plan.measurements.flatMap(({ key, cells }) => cells.map((cell) => `${key} ${keyOf(cell)}`)),
  );
  const results = sampleResults();
  const rounds = results.rounds.filter(({ measurement, factors }) => isPlanned.has(`${measurement} ${keyOf(factors)}`));
  return { ...results, plan, rounds };
}

export const VIEW = buildView(sampleResults());
export const SAMPLE = renderHtml(VIEW);

/** Runs that a page must bear. */
export function otherPages(): ReadonlyMap<string, string> {
  const results = { interrupted, 'without a plan': unplanned, hostile, 'of one strategy': oneStrategy };
  return new Map(Object.entries(results).map(([name, of]) => [name, renderHtml(buildView(of()))]));
}
