import type { ClaimResult, ExperimentResult } from '../contract.js';
import { tokenBytes } from './bytes.js';
import { type Claim, judge } from './claim.js';
import { mismatch, mismatchMended, reloginStorm } from './mismatch.js';
import { loadSlowsSessions, statelessScales, stickySkew, storeCeiling } from './scaling.js';

/** The ledger: every claim that an experiment can decide. */
export const CLAIMS: readonly Claim[] = [
  mismatch,
  reloginStorm,
  mismatchMended,
  statelessScales,
  storeCeiling,
  stickySkew,
  loadSlowsSessions,
  tokenBytes,
];

/** A verdict for every claim of the ledger, also for those that the run did not measure. */
export function judgeAll(experiments: readonly ExperimentResult[]): ClaimResult[] {
  return CLAIMS.map((claim) => judge(claim, experiments));
}
