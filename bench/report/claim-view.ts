import type { JudgedEstimate, Judgement } from '../claims/judge.js';
import { LOOKS, RUN_ERROR } from '../claims/looks.js';
import type { Results, Verdict } from '../contract.js';
import type { Agreement } from '../stats/bounds.js';
import { formatNumber, inWords } from '../words/numbers.js';
import { capitalise, countOf, factorsInWords } from '../words/text.js';
import { buildChart, type ChartView } from './chart-view.js';
import { buildCostCurves, type CostCurves } from './curve-view.js';
import { repeatCommand } from './repeat-command.js';
import { finiteEstimates } from './summary.js';
import type { Term } from './terms.js';
import { buildTimelines, type TimelineView } from './timeline-view.js';

/** A number in words, one row of a claim's table. */
export interface EstimateRow {
  readonly label: string;
  readonly place: string;
  /** With its interval. */
  readonly value: string;
  readonly n: string;
  /** Empty where nothing is predicted. */
  readonly predicted: string;
  readonly decided: boolean;
}

/** A claim that was measured. */
export interface ClaimView {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
  /** What was found, without intervals. */
  readonly headline: string;
  /** The same with them. */
  readonly finding: string;
  readonly because: string;
  /** Explained here, as they stand here first. */
  readonly terms: readonly Term[];
  /** How well theory fits, in sentences. */
  readonly predictions: readonly string[];
  readonly chart: ChartView | null;
  /** Costs against concurrency; null where they were not measured. */
  readonly curves: CostCurves | null;
  readonly timelines: readonly TimelineView[];
  readonly rows: readonly EstimateRow[];
  readonly misleads: readonly string[];
  readonly repeat: string;
}

export function buildClaim(judgement: Judgement, results: Results, terms: readonly Term[]): ClaimView {
  const { id, statement, verdict, headline, finding, because, misleads } = judgement;
  const estimates = finiteEstimates(judgement.estimates);
  return {
    id,
    statement,
    verdict,
    headline,
    finding,
    because: sentenceOf(because),
    terms,
    predictions: judgement.predictions.flatMap((prediction) => describePrediction(prediction, estimates)),
    chart: buildChart(estimates),
    curves: buildCostCurves(estimates),
    timelines: buildTimelines(judgement, results.rounds),
    rows: estimates.map(rowOf),
    misleads,
    repeat: repeatCommand(results.run, [id]),
  };
}

export function sentenceOf(text: string): string {
  return capitalise(text) + (/[.!?]$/.test(text) ? '' : '.');
}

function rowOf(estimate: JudgedEstimate): EstimateRow {
  const { label, factors, n, unit, predicted, agrees, decided } = estimate;
  const prediction = predicted === undefined ? '' : inWords({ value: predicted, unit });
  return {
    label,
    place: factorsInWords(factors),
    value: inWords(estimate),
    n: formatNumber(n),
    predicted: agrees === undefined ? prediction : `${prediction}, ${agrees}`,
    decided,
  };
}

function describePrediction(
  { metric, formula }: Judgement['predictions'][number],
  estimates: readonly JudgedEstimate[],
): string[] {
  const predicted = estimates.filter((one) => one.metric === metric && one.predicted !== undefined);
  const [first] = predicted;
  if (!first) return [];
  const placesOf = (agreement: Agreement) =>
    predicted.filter(({ agrees }) => agrees === agreement).map(({ factors }) => factorsInWords(factors));
  const agreeing = placesOf('agrees').length;
  const fit = [
    `${agreeing} of ${countOf(predicted.length, 'number')} ${agreeing === 1 || predicted.length === 1 ? 'agrees' : 'agree'}`,
    ...outcome('disagrees', placesOf('disagrees')),
    ...outcome('open, as the interval is too wide to tell', placesOf('open')),
  ];
  const judged = predicted.some(({ agrees }) => agrees !== undefined);
  return [`Predicted for ${first.label}: ${formula}; ${judged ? fit.join('; ') : 'no margin was fixed for it'}.`];
}

function outcome(name: string, places: readonly string[]): string[] {
  return places.length === 0 ? [] : [`${name}: ${places.join(' and ')}`];
}

export const INTERVALS_NOTE =
  'In brackets the interval, n is the number of observations behind it. Intervals of the numbers that decide hold together with ' +
  `${100 * (1 - RUN_ERROR)} %, those of all claims of the run and at each of up to ${LOOKS} looks; those of the others with 95 % each.`;
