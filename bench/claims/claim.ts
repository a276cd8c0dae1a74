import {
  type Cell,
  type ClaimResult,
  CONTROL,
  type Estimate,
  type Evidence,
  type ExperimentResult,
  type Factors,
  type Verdict,
} from '../contract.js';

/** One assertion of the textbooks, with the rule that decides it, fixed before measuring. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  readonly prediction: string;
  /** The experiment that measures it. */
  readonly experiment: string;
  /**
   * Pure.
   * @param cells whose checks are all ok, without controls; there is at least one.
   * @param attempted those that failed a check as well: to know what is missing, not to decide by.
   */
  decide(cells: readonly Cell[], attempted: readonly Cell[]): Decision;
}

export interface Decision {
  readonly verdict: Verdict;
  readonly evidence: readonly Omit<Evidence, 'experiment'>[];
  readonly because: string;
}

/** Applies a claim's rule to what a run measured. */
export function judge(claim: Claim, experiments: readonly ExperimentResult[]): ClaimResult {
  const { id, statement, prediction } = claim;
  const { verdict, evidence, because } = decide(claim, experiments);
  const named = evidence.map((piece) => ({ experiment: claim.experiment, ...piece }));
  return { id, statement, prediction, verdict, evidence: named, because };
}

function decide(claim: Claim, experiments: readonly ExperimentResult[]): Decision {
  const found = experiments.find(({ id }) => id === claim.experiment);
  if (!found) return notMeasured(`the experiment ${claim.experiment} was not part of the run`);
  if (found.status !== 'measured') return notMeasured(`${claim.experiment} ${found.status}: ${found.reason ?? ''}`);
  const sound = found.cells.filter(({ factors, checks }) => !factors[CONTROL] && checks.every(({ ok }) => ok));
  if (sound.length === 0) return notMeasured(`no cell of ${claim.experiment} passed its checks`);
  return claim.decide(sound, found.cells);
}

export function notMeasured(because: string, evidence: Decision['evidence'] = []): Decision {
  return { verdict: 'not measured', evidence, because };
}

/** The cells that agree with all the given factors and have the metric. */
export function evidenceOf(cells: readonly Cell[], metric: string, factors: Factors): Decision['evidence'] {
  return cells
    .filter((cell) => Object.entries(factors).every(([name, value]) => cell.factors[name] === value))
    .flatMap((cell) => {
      const estimate = cell.metrics[metric];
      return estimate ? [{ factors: cell.factors, metric, estimate }] : [];
    });
}

export function contains({ low, high }: Estimate, value: number): boolean {
  return low <= value && value <= high;
}
