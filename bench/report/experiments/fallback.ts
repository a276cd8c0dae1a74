import type { Cell } from '../../contract.js';
import { factorNames, metricNames, numbersOf, placeOf } from '../cells.js';
import { metricLabel } from '../metrics.js';
import { estimateInWords } from '../numbers.js';
import { describeModelErrors } from '../predictions.js';
import type { ChartPlan, Presentation } from '../presentation.js';
import { capitalise, wordsOf } from '../text.js';

const MOST_CHARTS = 3;
const MOST_PANELS = 6;

/** The numeric factor with the most values goes across; without one, cells are compared as bars. */
function planCharts(cells: readonly Cell[]): ChartPlan[] {
  const metrics = metricNames(cells);
  const axis = factorNames(cells)
    .map((factor) => ({ factor, count: numbersOf(cells, factor).length }))
    .filter(({ count }) => count > 1)
    .sort((a, b) => b.count - a.count)[0]?.factor;
  if (metrics.length === 0) return [];
  if (axis === undefined) return [{ kind: 'bars', caption: 'Measured values', metrics: metrics.slice(0, MOST_PANELS) }];
  return metrics.slice(0, MOST_CHARTS).map((metric) => ({
    kind: 'trends',
    caption: `${metricLabel(metric)}, by ${wordsOf(axis)}`,
    metrics: [metric],
    axis,
  }));
}

/** Lowest and highest cell of the first metrics: true of any experiment, and no more than that. */
function describeExtremes(cells: readonly Cell[]): string[] {
  return metricNames(cells)
    .slice(0, MOST_CHARTS)
    .flatMap((metric) => {
      const found = cells.flatMap(({ factors, metrics }) => {
        const estimate = metrics[metric];
        return estimate === undefined ? [] : [{ factors, estimate }];
      });
      const sorted = found.sort((a, b) => a.estimate.value - b.estimate.value);
      const lowest = sorted[0];
      const highest = sorted.at(-1);
      if (lowest === undefined || highest === undefined || lowest.estimate.value === highest.estimate.value) return [];
      return [
        `${metricLabel(metric)} is lowest with ${placeOf(lowest.factors)}, ${estimateInWords(lowest.estimate)}, and ` +
          `highest with ${placeOf(highest.factors)}, ${estimateInWords(highest.estimate)}.`,
      ];
    });
}

/** For an experiment that has no entry of its own. */
export function fallbackPresentation(id: string, cells: readonly Cell[]): Presentation {
  return {
    title: capitalise(wordsOf(id)),
    charts: planCharts(cells),
    leading: [],
    predictions: new Map(),
    answer: () => [],
    means: (sound) => [...describeExtremes(sound), ...describeModelErrors(sound, metricNames(sound))],
    misleads: [],
  };
}
