import type { Factors } from '../contract.js';
import { DEFAULT_CONFIDENCE } from '../stats/bootstrap.js';
import { unpairedRatio } from '../stats/unpaired.js';
import type { Quantity } from './quantity.js';

/** What such a quantity is called, and for which cell it is shown. */
export interface PredictionName {
  readonly metric: string;
  readonly label: string;
  readonly factors: Factors;
}

/**
 * How far a prediction is off: measured by predicted, 1 where it holds. Both are means over rounds of their own, so the interval is
 * that of unpaired means. `mean` is that of the predicted values, which each measured round is held against.
 */
export function byPredicted(
  name: PredictionName,
  measured: Quantity,
  predicted: Quantity,
  mean: (values: readonly number[]) => number,
): Quantity {
  return {
    ...name,
    unit: 'ratio',
    cells: predicted.cells,
    estimate(evidence, options) {
      const at = { ...options, confidence: DEFAULT_CONFIDENCE };
      const [ours, theirs] = [measured.estimate(evidence, at), predicted.estimate(evidence, at)];
      const ratio = unpairedRatio([ours], [theirs], options.confidence);
      if (!ratio) throw new RangeError('an interval reaches zero');
      return { ...ratio, ...(ours.bound && { bound: ours.bound }) };
    },
    perRound: (evidence) => {
      const typical = mean(predicted.perRound(evidence));
      return measured.perRound(evidence).map((value) => value / typical);
    },
  };
}
