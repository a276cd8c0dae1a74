import type { Claim, Scope } from '../claims/claim.js';
import { type Judgement, judge } from '../claims/judge.js';
import { RESULTS_SCHEMA, type Results, type Round } from '../contract.js';
import { makePlan } from '../plan.js';

const RUN: Results['run'] = {
  kind: 'run',
  schema: RESULTS_SCHEMA,
  id: 'judged',
  startedAt: '2026-11-26T09:00:00.000Z',
  command: 'npm run bench',
  seed: 7,
  minutes: 60,
};

/** What a claim makes of one sweep that was really measured, taken as often as a verdict needs sweeps, or so often. */
export function judgeSweep(claim: Claim, scope: Scope, sweep: readonly Round[], times?: number): Judgement {
  const lacks = { strategy: () => undefined, requirement: () => undefined };
  const plan = makePlan({ claims: [claim], scope, minutes: 60, lacks });
  const sweeps = times ?? Math.max(...plan.measurements.map(({ leastSweeps }) => leastSweeps));
  const rounds = Array.from({ length: sweeps }, (_, at) => sweep.map((round) => ({ ...round, sweep: at }))).flat();
  const results = { run: RUN, context: null, calibrations: [], events: [], end: null, rounds };
  return judge(claim, { ...results, plan: { kind: 'plan', ...plan } });
}

/** The cells that decide it. */
export function cellsOf(claim: Claim, scope: Scope) {
  return claim.ask(scope).rule.quantities.flatMap(({ cells }) => cells.map(({ factors }) => factors));
}
