import { type Cell, CONTROL, type Estimate, type Factors, type Results, type Run, type Verdict } from '../contract.js';
import { BenchError } from '../errors.js';
import { discoveryConfidence } from '../stats/false-discovery.js';
import { compare, type Comparison as Outcome } from '../stats/noise.js';
import { unpairedDifference, unpairedRatio } from '../stats/unpaired.js';
import { circumstancesOf, type Difference, differencesOf, requireAlike } from './likeness.js';
import { matchCells, type Pair, type Place } from './matching.js';
import { noiseOfRig, type RigNoise } from './rig-noise.js';

/** One number of both runs. */
export interface ComparedNumber {
  readonly experiment: string;
  readonly factors: Factors;
  readonly metric: string;
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

export interface RunComparison {
  readonly before: Run;
  readonly after: Run;
  readonly numbers: readonly ComparedNumber[];
  readonly verdicts: readonly ChangedVerdict[];
  readonly onlyBefore: readonly Place[];
  readonly onlyAfter: readonly Place[];
  /** Cells that both have, of which a check failed in either. */
  readonly leftOut: readonly Place[];
  /** What may be the cause of a change. */
  readonly circumstances: readonly Difference[];
  readonly noise: Pick<RigNoise, 'threshold' | 'baseline'>;
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
  const { pairs, onlyBefore, onlyAfter } = matchCells(before, after);
  if (pairs.length === 0) throw new BenchError('RUNS_UNLIKE', 'These runs cannot be compared: no cell is in both.');
  const sound = pairs.filter((pair) => isSound(pair.before) && isSound(pair.after));
  const unsound = pairs.filter((pair) => !sound.includes(pair));
  const noise = noiseOfRig(sound);
  return {
    before: before.run,
    after: after.run,
    numbers: compareNumbers(sound, noise),
    verdicts: changedVerdicts(before, after),
    onlyBefore,
    onlyAfter,
    leftOut: unsound.map(({ experiment, before: { factors } }) => ({ experiment, factors })),
    circumstances: differencesOf(circumstancesOf(before), circumstancesOf(after)),
    noise,
  };
}

function isSound({ checks }: Cell): boolean {
  return checks.every(({ ok }) => ok);
}

type MatchedNumber = Pick<ComparedNumber, 'experiment' | 'factors' | 'metric' | 'before' | 'after'>;

/** The control is the measure of noise, and not a number to compare. */
function compareNumbers(pairs: readonly Pair[], rig: RigNoise): ComparedNumber[] {
  const numbers: MatchedNumber[] = pairs
    .filter(({ before }) => !before.factors[CONTROL])
    .flatMap(({ experiment, before, after }) =>
      Object.entries(before.metrics).flatMap(([metric, estimate]) => {
        const other = after.metrics[metric];
        return other ? [{ experiment, factors: before.factors, metric, before: estimate, after: other }] : [];
      }),
    );
  const compareAll = (confidence: number) => numbers.map((number) => compareNumber(number, rig, confidence));
  const countChanges = (confidence: number) => compareAll(confidence).filter(({ outcome }) => outcome !== 'tie').length;
  return compareAll(discoveryConfidence(numbers.length, FALSE_DISCOVERIES, countChanges));
}

function compareNumber(number: MatchedNumber, rig: RigNoise, confidence: number): ComparedNumber {
  const { experiment, metric, before, after } = number;
  const ratio = unpairedRatio([after], [before], confidence);
  if (!ratio) {
    const effect = unpairedDifference(after, before, confidence);
    const outcome = effect.high < 0 ? 'less' : effect.low > 0 ? 'more' : 'tie';
    return { ...number, effect, scale: 'difference', outcome };
  }
  const noise = { threshold: rig.tieBelow(metric) };
  const outcome = compare(ratio, noise);
  const drift = rig.drift(experiment, metric);
  const beyondDrift = drift && unpairedRatio([after, drift.before], [before, drift.after], confidence);
  const isDrift = beyondDrift !== undefined && compare(beyondDrift, noise) !== outcome;
  return { ...number, effect: ratio, scale: 'ratio', outcome: isDrift ? 'tie' : outcome };
}

function changedVerdicts(before: Results, after: Results): ChangedVerdict[] {
  return before.claims.flatMap(({ id, statement, verdict }) => {
    const other = after.claims.find((claim) => claim.id === id);
    return other && other.verdict !== verdict ? [{ statement, before: verdict, after: other.verdict }] : [];
  });
}
