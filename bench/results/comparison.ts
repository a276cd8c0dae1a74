import { judgeAll } from '../claims/judge.js';
import type { Factors, Results, Verdict } from '../contract.js';
import type { Estimate } from '../stats/estimate.js';
import { discoveryConfidence } from '../stats/false-discovery.js';
import { compare } from '../stats/noise.js';
import { unpairedDifference, unpairedRatio } from '../stats/unpaired.js';
import { circumstancesOf, type Difference, differencesOf, requireAlike, unlike } from './likeness.js';
import { chosenClaims, numbersOf, type RunNumber, type RunNumbers } from './numbers.js';
import { isControl, noiseOfRig, type Pair, type RigNoise } from './rig-noise.js';

/** `machine`: it differs, as does what the machine alone moved. */
export type Outcome = 'less' | 'more' | 'machine' | 'same';

/** One number of both runs. */
export interface ComparedNumber extends Omit<RunNumber, 'estimate'> {
  readonly before: Estimate;
  readonly after: Estimate;
  /** `after` / `before`, or `after` - `before` where an interval of them reaches to zero. */
  readonly effect: Estimate;
  readonly scale: 'ratio' | 'difference';
  readonly outcome: Outcome;
}

export interface ChangedVerdict {
  readonly statement: string;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** What only one run has. */
export interface Place {
  readonly claim: string;
  /** Without them the whole claim is meant. */
  readonly factors?: Factors;
  /** Without it all numbers there are meant. */
  readonly label?: string;
}

export interface RunComparison {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  readonly numbers: readonly ComparedNumber[];
  /** Verdicts that contradict each other. */
  readonly verdicts: readonly ChangedVerdict[];
  /** Where only one of the runs could decide, or had what it takes to try: no contradiction. */
  readonly undecided: readonly ChangedVerdict[];
  /** Of which one run has a bound: it is not compared as if it were a point. */
  readonly bounds: readonly Place[];
  readonly onlyBefore: readonly Place[];
  readonly onlyAfter: readonly Place[];
  /** What may be the cause of a change. */
  readonly circumstances: readonly Difference[];
  readonly noise: Pick<RigNoise, 'threshold' | 'baseline'>;
}

export interface ComparedRun {
  readonly id: string;
  readonly isComplete: boolean;
}

/** Where nothing changed, one of so many comparisons calls anything changed: 0.05 is one in twenty. */
const FALSE_DISCOVERIES = 0.05;

/**
 * What changed from one run to another beyond noise: a number changed where its unpaired ratio (see unpairedRatio) excludes 1,
 * at a confidence that holds for all numbers together (see discoveryConfidence), and where the same is so against the baseline
 * if it moves with the machine, both by more than the noise of the rig (see noiseOfRig). Pure.
 * @throws BenchError RUNS_UNLIKE saying why, where the two say nothing about each other.
 */
export function compareRuns(before: Results, after: Results): RunComparison {
  requireAlike(before, after);
  const [ours, theirs] = [numbersOf(before), numbersOf(after)];
  return {
    before: describe(before),
    after: describe(after),
    ...compareNumbers(ours, theirs),
    ...compareVerdicts(before, after),
    onlyBefore: onlyIn(ours, theirs),
    onlyAfter: onlyIn(theirs, ours),
    circumstances: differencesOf(circumstancesOf(before), circumstancesOf(after)),
  };
}

function describe({ run, end }: Results): ComparedRun {
  return { id: run.id, isComplete: end?.status === 'complete' };
}

export function isChange({ outcome }: ComparedNumber): boolean {
  return outcome === 'less' || outcome === 'more';
}

/** @throws BenchError RUNS_UNLIKE where no number is in both */
export function compareNumbers(
  ours: RunNumbers,
  theirs: RunNumbers,
): Pick<RunComparison, 'numbers' | 'bounds' | 'noise'> {
  const all = [...ours].flatMap(([key, before]) => {
    const after = theirs.get(key);
    return after ? [{ before, after }] : [];
  });
  if (all.length === 0) throw unlike('no number is in both.');
  const isBound = ({ before, after }: Pair) => Boolean(before.estimate.bound ?? after.estimate.bound);
  const pairs = all.filter((pair) => !isBound(pair));
  const noise = noiseOfRig(pairs);
  const bounds = all.filter(isBound).map(({ before: { claim, factors, label } }) => ({ claim, factors, label }));
  return { numbers: comparePairs(pairs, noise), bounds, noise };
}

/** The control is the measure of noise, and not a number to compare. */
function comparePairs(pairs: readonly Pair[], rig: RigNoise): ComparedNumber[] {
  const compared = pairs.filter(({ before }) => !isControl(before));
  const compareAll = (confidence: number) => compared.map((pair) => comparePair(pair, rig, confidence));
  const countChanges = (confidence: number) => compareAll(confidence).filter(isChange).length;
  return compareAll(discoveryConfidence(compared.length, FALSE_DISCOVERIES, countChanges));
}

function comparePair(pair: Pair, rig: RigNoise, confidence: number): ComparedNumber {
  const { estimate: before, ...number } = pair.before;
  const { estimate: after } = pair.after;
  const ratio = unpairedRatio([after], [before], confidence);
  if (!ratio) {
    const effect = unpairedDifference(after, before, confidence);
    const outcome = effect.high < 0 ? 'less' : effect.low > 0 ? 'more' : 'same';
    return { ...number, before, after, effect, scale: 'difference', outcome };
  }
  const noise = { threshold: Math.max(LEAST_CHANGE, rig.sameBelow(pair.before)) };
  const drift = rig.drift(pair.before);
  const beyondDrift = drift && unpairedRatio([after, drift.before], [before, drift.after], confidence);
  const found = compare(ratio, noise);
  const isDrift = beyondDrift !== undefined && compare(beyondDrift, noise) !== found;
  const outcome = found === 'tie' ? 'same' : isDrift ? 'machine' : found;
  return { ...number, before, after, effect: ratio, scale: 'ratio', outcome };
}

/** What was the same in every round of a run has no interval of its own: less than this is no change that matters to anybody. */
const LEAST_CHANGE = 0.005;

const UNDECIDED: ReadonlySet<Verdict> = new Set<Verdict>(['inconclusive', 'not measured']);

/** Of claims that both runs were to decide. */
function compareVerdicts(before: Results, after: Results): Pick<RunComparison, 'verdicts' | 'undecided'> {
  const chosen = [before, after].map(({ plan }) => new Set(plan ? chosenClaims(plan) : []));
  const later = new Map(judgeAll(after).map(({ id, verdict }) => [id, verdict]));
  const changed = judgeAll(before).flatMap(({ id, statement, verdict }) => {
    const other = later.get(id);
    const isInBoth = chosen.every((claims) => claims.has(id));
    return isInBoth && other && other !== verdict ? [{ statement, before: verdict, after: other }] : [];
  });
  const isDecided = ({ before, after }: ChangedVerdict) => !UNDECIDED.has(before) && !UNDECIDED.has(after);
  return { verdicts: changed.filter(isDecided), undecided: changed.filter((verdict) => !isDecided(verdict)) };
}

/** A claim of which the other run has nothing is named as a whole, other numbers by where they were measured. */
function onlyIn(ours: RunNumbers, theirs: RunNumbers): Place[] {
  const known = new Set([...theirs.values()].map(({ claim }) => claim));
  const alone = [...ours].filter(([key]) => !theirs.has(key)).map(([, { claim, factors }]) => ({ claim, factors }));
  const places: Place[] = alone.map(({ claim, factors }) => (known.has(claim) ? { claim, factors } : { claim }));
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}
