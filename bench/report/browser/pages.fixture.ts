import type { Results } from '../../contract.js';
import { sampleResults } from '../../testing/sample-results.js';
import { hostile, interrupted, unplanned } from '../edge-cases.fixture.js';
import { buildView, renderHtml } from '../index.js';

/** As a run of `npm run bench -- --strategies jwt` has it. */
function oneStrategy(): Results {
  const results = sampleResults();
  return { ...results, plan: results.plan && { ...results.plan, strategies: ['jwt'] } };
}

export const VIEW = buildView(sampleResults());
export const SAMPLE = renderHtml(VIEW);

/** Runs that a page must bear. */
export function otherPages(): ReadonlyMap<string, string> {
  const results = { interrupted, 'without a plan': unplanned, hostile, 'of one strategy': oneStrategy };
  return new Map(Object.entries(results).map(([name, of]) => [name, renderHtml(buildView(of()))]));
}
