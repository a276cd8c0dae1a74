import type { Cell, Factors } from '../contract.js';

/** What theory says a metric should be, fixed before measuring. */
export interface Prediction {
  /** For the legend: "1/n for memory, 1 for the others". */
  readonly formula: string;
  at(factors: Factors): number | undefined;
}

export interface ChartPlan {
  /** `trends`: one panel per series, the axis factor across. `bars`: one panel per metric, one row per cell. */
  readonly kind: 'trends' | 'bars';
  readonly caption: string;
  readonly metrics: readonly string[];
  /** Factor across the chart; only for `trends`. */
  readonly axis?: string;
  /** Cell whose values are drawn as a line to compare the others with; only for `bars`. */
  readonly reference?: { readonly factors: Factors; readonly label: string };
}

/**
 * How one experiment is told. Functions get the cells that passed their checks, and only these; they return sentences
 * and leave out those for which the numbers are missing.
 */
export interface Presentation {
  readonly title: string;
  readonly charts: readonly ChartPlan[];
  /** Metrics that lead the table; the others follow. */
  readonly leading: readonly string[];
  /** By metric name. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** The experiment's share of the answer at the top of the report. */
  answer(cells: readonly Cell[]): readonly string[];
  means(cells: readonly Cell[]): readonly string[];
  readonly misleads: readonly string[];
}
