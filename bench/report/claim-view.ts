import type { ClaimResult, Evidence, Results, Verdict } from '../contract.js';
import { placeOf } from './cells.js';
import { metricLabel } from './metrics.js';
import { type EstimateText, formatEstimate } from './numbers.js';
import { repeatCommand } from './repeat-command.js';

export interface EvidenceView {
  readonly metric: string;
  readonly place: string;
  readonly estimate: EstimateText;
}

export interface ClaimView {
  readonly id: string;
  readonly statement: string;
  readonly prediction: string;
  readonly verdict: Verdict;
  readonly because: string;
  readonly deciding: readonly EvidenceView[];
  readonly evidence: readonly EvidenceView[];
  readonly repeat: string | null;
}

function viewOf({ metric, factors, estimate }: Evidence): EvidenceView {
  return { metric: metricLabel(metric), place: placeOf(factors), estimate: formatEstimate(estimate) };
}

/** Larger means further out: the setting with the largest numbers (most instances, most sessions). */
function reachOf({ factors }: Evidence): number {
  return Object.values(factors).reduce<number>((sum, value) => (typeof value === 'number' ? sum + value : sum), 0);
}

const MOST_DECIDING = 2;

/** The numbers that stand for the claim: the first distinct ones at the largest scale. */
function decidingOf(evidence: readonly Evidence[]): EvidenceView[] {
  const furthest = Math.max(...evidence.map(reachOf));
  const views = evidence.filter((item) => reachOf(item) === furthest).map(viewOf);
  const textOf = ({ metric, estimate }: EvidenceView) => `${metric} ${estimate.value} ${estimate.interval}`;
  return views
    .filter((view, index) => views.findIndex((other) => textOf(other) === textOf(view)) === index)
    .slice(0, MOST_DECIDING);
}

/** The experiments that the evidence comes from; without evidence, the one that bears the claim's name. */
function experimentsOf(claim: ClaimResult, results: Results): string[] {
  const ids = new Set(results.experiments.map(({ id }) => id));
  const wanted = new Set([...claim.evidence.map(({ experiment }) => experiment), claim.id]);
  const found = [...wanted].filter((id) => ids.has(id));
  return claim.evidence.length === 0 ? found : found.filter((id) => claim.evidence.some((e) => e.experiment === id));
}

export function buildClaim(claim: ClaimResult, results: Results): ClaimView {
  const { id, statement, prediction, verdict, because } = claim;
  const experiments = experimentsOf(claim, results);
  return {
    id,
    statement,
    prediction,
    verdict,
    because,
    deciding: decidingOf(claim.evidence),
    evidence: claim.evidence.map(viewOf),
    repeat: experiments.length === 0 ? null : repeatCommand(results.run, experiments),
  };
}
