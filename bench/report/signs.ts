import type { Verdict } from '../contract.js';
import type { Met } from './overview/reading.js';

/** What stands for a verdict beside its word, or where there is no room for that. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  true: '✓',
  false: '✗',
  depends: '±',
  inconclusive: '?',
  'not measured': '–',
};

/** What stands for whether a strategy gives what is needed. */
export const MET_SIGNS: Readonly<Record<Met, string>> = { yes: '✓', no: '✗', open: '?' };
