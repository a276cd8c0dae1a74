import type { Results, SummaryEstimate, Verdict } from '../contract.js';
import { type EstimateOptions, type Evidence, nameOf, type Quantity } from '../metrics/quantity.js';
import { DEFAULT_CONFIDENCE } from '../stats/bootstrap.js';
import { type Agreement, agreement } from '../stats/bounds.js';
import type { Estimate } from '../stats/estimate.js';
import { createRandom } from '../stats/prng.js';
import { inBrief, inWords } from '../words/numbers.js';
import { factorsInWords } from '../words/text.js';
import type { Claim, Prediction, Question, Scope, Sentence, UnbuiltClaim } from './claim.js';
import { evidenceOf } from './evidence.js';
import { BUILT, UNBUILT } from './index.js';
import { atLook, decidingConfidence } from './looks.js';
import { type Need, needOf } from './needs.js';

/** A number of a claim, with all that a page shows of it. */
export interface JudgedEstimate extends SummaryEstimate {
  readonly label: string;
  /** From each round alone. */
  readonly perRound: readonly number[];
  /** What the number is held against, where the verdict rests on it. */
  readonly thresholds: readonly number[];
  /** Whether the interval agrees with the prediction; undefined where there is none, or no margin for it. */
  readonly agrees?: Agreement;
}

export interface Judgement {
  readonly id: string;
  readonly group: string;
  readonly statement: string;
  readonly verdict: Verdict;
  /** What was found, in a sentence without intervals. */
  readonly headline: string;
  /** The same with them, and with what else is known. */
  readonly finding: string;
  readonly because: string;
  readonly estimates: readonly JudgedEstimate[];
  readonly predictions: readonly Pick<Prediction, 'metric' | 'formula'>[];
  readonly misleads: readonly string[];
  /** Keys of the measurements that it rests on. */
  readonly measurements: readonly string[];
  /** What it takes to decide it, where it was measured and is open. */
  readonly need?: Need;
}

/** A verdict for every claim of the ledger, also for those that the run did not measure. Pure: the same results, the same verdicts. */
export function judgeAll(results: Results): Judgement[] {
  const evidence = evidenceOf(results);
  return [
    ...BUILT.map((claim) => judge(claim, results, evidence)),
    ...UNBUILT.map((claim) => notMeasured(claim, 'not built yet')),
  ];
}

/** A claim that throws is not measured, and says why: the others go on. */
export function judge(claim: Claim, results: Results, evidence = evidenceOf(results)): Judgement {
  try {
    return decide(claim, results, evidence);
  } catch (error) {
    return notMeasured(claim, `its rule failed: ${error instanceof Error ? error.message : error}`);
  }
}

function unchosen({ beside = [] }: Claim, strategies: readonly string[]): string {
  const isBeside = beside.some((name) => !strategies.includes(name));
  return isBeside ? 'more strategies are needed than a usual run has (--full, or --claims)' : 'it was not chosen';
}

function decide(claim: Claim, results: Results, evidence: Evidence): Judgement {
  const { plan, run } = results;
  if (!plan) return notMeasured(claim, 'the run ended before it was planned');
  const leftOut = plan.leftOut.find((one) => one.claim === claim.id);
  if (leftOut) return notMeasured(claim, leftOut.because);
  if (!plan.claims.includes(claim.id)) return notMeasured(claim, unchosen(claim, plan.strategies));
  const question = claim.ask({ strategies: plan.strategies, instances: plan.instances } as Scope);
  const { rule } = question;
  const options = (quantity: Quantity, confidence: number): EstimateOptions => ({
    random: createRandom(run.seed, `${claim.id} ${nameOf(quantity)}`),
    confidence,
  });
  const missing = rule.quantities.flatMap(({ cells }) => cells.flatMap((cell) => evidence.missing(cell) ?? []));
  const shown = showable(question, evidence).flatMap((quantity): Known[] => {
    const estimate = estimateIfAny(quantity, evidence, options(quantity, DEFAULT_CONFIDENCE));
    return estimate ? [{ quantity, decided: false, thresholds: [], estimate }] : [];
  });
  const unknown = (because: string): Judgement => ({
    ...describe(claim, shown, evidence),
    ...notMeasuredWords(because),
    measurements: keysOf(question),
  });
  if (missing[0] !== undefined) return unknown(missing[0]);
  if (rule.quantities.length === 0) return unknown('nothing of it shows with these strategies and instances');
  const confidence = decidingConfidence(BUILT, plan);
  const looked = atLook(evidence, plan);
  const deciding = rule.quantities.flatMap((quantity, at): Known[] => {
    const estimate = estimateIfAny(quantity, looked, options(quantity, confidence));
    const [thresholds, least] = [rule.thresholds[at] ?? [], rule.leasts?.[at] ?? 0];
    return estimate ? [{ quantity, decided: true, thresholds, least, estimate }] : [];
  });
  const broken = rule.quantities.find((quantity) => !deciding.some((one) => one.quantity === quantity));
  if (broken) return unknown(`its rounds do not give ${broken.label} with ${factorsInWords(broken.factors)}`);
  const estimates = deciding.map(({ estimate }) => estimate);
  const { verdict, because } = rule.decide(estimates);
  const need = verdict === 'inconclusive' ? needOf(claim.id, deciding, confidence, results) : undefined;
  const known = new Map([...shown, ...deciding].map(({ quantity, estimate }) => [nameOf(quantity), estimate]));
  return {
    ...describe(claim, [...deciding, ...shown], evidence),
    verdict,
    because: need ? `${because}; ${inMinutes(need)}` : because,
    ...describeFinding(question, known),
    measurements: keysOf(question),
    ...(need && { need }),
  };
}

function inMinutes({ minutes }: Need): string {
  if (minutes === null) return 'it is too close to call: by what is known it takes more rounds than the last look has';
  return `about ${minutes} more ${minutes > 1 ? 'minutes' : 'minute'} of it would decide it`;
}

function describeFinding({ finding, beside }: Question, known: ReadonlyMap<string, Estimate>) {
  const tell = (sentence: Sentence, say: (estimate: Estimate) => string = inWords) => {
    let isWhole = true;
    const text = sentence((quantity) => {
      const estimate = known.get(nameOf(quantity));
      if (!estimate) isWhole = false;
      return estimate ? say(estimate) : 'unknown';
    });
    return { text, isWhole };
  };
  const [main, headline] = [tell(finding).text, tell(finding, inBrief).text];
  const more = [beside ?? []]
    .flat()
    .map((sentence) => tell(sentence))
    .filter(({ isWhole }) => isWhole);
  return { headline, finding: [main, ...more.map(({ text }) => text)].join(' ') };
}

/** What is shown beside, as far as the rounds give it. */
function showable({ shows = [], rule }: Question, evidence: Evidence): Quantity[] {
  const deciding = new Set(rule.quantities.map(nameOf));
  const once = [...new Map(shows.map((quantity) => [nameOf(quantity), quantity])).values()];
  return once.filter(
    (quantity) =>
      !deciding.has(nameOf(quantity)) && quantity.cells.every((cell) => evidence.missing(cell) === undefined),
  );
}

/** A number, where its rounds give one. */
function estimateIfAny(quantity: Quantity, evidence: Evidence, options: EstimateOptions): Estimate | undefined {
  try {
    if (quantity.perRound(evidence).filter(Number.isFinite).length < 2) return undefined;
    const estimate = quantity.estimate(evidence, options);
    return isKnown(estimate) ? estimate : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isKnown({ value, low, high }: Estimate): boolean {
  return [value, low, high].every(Number.isFinite);
}

interface Known {
  readonly quantity: Quantity;
  readonly estimate: Estimate;
  readonly decided: boolean;
  readonly thresholds: readonly number[];
  readonly least?: number;
}

function describe(claim: Claim, known: readonly Known[], evidence: Evidence) {
  const { id, group, statement, predictions = [], misleads } = claim;
  const valueIn = (quantity: Quantity) =>
    known.find((one) => nameOf(one.quantity) === nameOf(quantity))?.estimate.value;
  return {
    id,
    group,
    statement,
    predictions: predictions.map(({ metric, formula }) => ({ metric, formula })),
    misleads,
    estimates: known.map(({ quantity, estimate, decided, thresholds }): JudgedEstimate => {
      const prediction = predictions.find(({ metric }) => metric === quantity.metric);
      const predicted = prediction?.at(quantity.factors, valueIn);
      const margin = predicted === undefined ? undefined : prediction?.within?.(quantity.factors, predicted);
      return {
        metric: quantity.metric,
        label: quantity.label,
        factors: quantity.factors,
        ...estimate,
        unit: quantity.unit,
        ...(predicted === undefined ? {} : { predicted }),
        ...(predicted === undefined || margin === undefined ? {} : { agrees: agreement(estimate, predicted, margin) }),
        decided,
        perRound: quantity.perRound(evidence).filter(Number.isFinite),
        thresholds,
      };
    }),
  };
}

function keysOf({ rule, shows = [] }: Question): string[] {
  return [
    ...new Set([...rule.quantities, ...shows].flatMap(({ cells }) => cells.map(({ measurement }) => measurement.key))),
  ];
}

function notMeasured({ id, group, statement }: UnbuiltClaim, because: string): Judgement {
  const words = notMeasuredWords(because);
  return { id, group, statement, ...words, estimates: [], predictions: [], misleads: [], measurements: [] };
}

function notMeasuredWords(because: string) {
  const finding = `Not measured: ${because}.`;
  return { verdict: 'not measured' as const, because, headline: finding, finding };
}
