import type { Cell, Estimate } from '../contract.js';
import { placeOf } from './cells.js';
import { metricLabel, predictionOf } from './metrics.js';
import { formatNumber } from './numbers.js';
import type { Presentation } from './presentation.js';
import { divide, type Range } from './ratio.js';

/** What the model said a cell's metric would be. */
export function modelPrediction({ metrics }: Cell, metric: string): Estimate | undefined {
  return metrics[predictionOf(metric)];
}

/** By the model or by the presentation's theory; undefined where nobody predicts it. */
export function predictedValue(cell: Cell, metric: string, { predictions }: Presentation): number | undefined {
  return modelPrediction(cell, metric)?.value ?? predictions.get(metric)?.at(cell.factors);
}

/** measured / predicted − 1, with the uncertainty of both; null where one is missing or not above zero. */
export function modelErrorOf(cell: Cell, metric: string): Range | null {
  const measured = cell.metrics[metric];
  const predicted = modelPrediction(cell, metric);
  if (measured === undefined || predicted === undefined || !(measured.value > 0) || !(predicted.value > 0)) return null;
  const { low, value, high } = divide(measured, predicted);
  return { low: low - 1, value: value - 1, high: high - 1 };
}

/** How far the model is off over all the points that it predicted, one sentence for each metric. */
export function describeModelErrors(cells: readonly Cell[], metrics: readonly string[]): string[] {
  const percent = (share: number) => `${formatNumber(Number((100 * share).toPrecision(2)))} %`;
  return metrics.flatMap((metric) => {
    const errors = cells.flatMap((cell) => {
      const error = modelErrorOf(cell, metric);
      return error === null ? [] : [{ cell, size: Math.abs(error.value), isCertain: error.low > 0 || error.high < 0 }];
    });
    const worst = errors.sort((a, b) => b.size - a.size)[0];
    if (worst === undefined) return [];
    const mean = errors.reduce((sum, { size }) => sum + size, 0) / errors.length;
    const certain = errors.filter(({ isCertain }) => isCertain).length;
    return [
      `${metricLabel(metric)}: over ${errors.length} measured points the model is off by ${percent(mean)} on average and by ` +
        `${percent(worst.size)} at most (${placeOf(worst.cell.factors)}). At ${certain} of them that is more than the ` +
        'intervals of both numbers explain.',
    ];
  });
}
