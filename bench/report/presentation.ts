import type { Cell, Factors } from '../contract.js';

/** What theory says a metric should be, fixed before measuring. */
export interface Prediction {
  /** For the legend: "1/n for memory, 1 for the others". */
  readonly formula: string;
  at(factors: Factors): number | undefined;
}

export interface ChartPlan {
  /**
   * `trends`: one panel per series, the values of the axis factor side by side. `curves`: the same with a number across, to
   * scale, and the points joined. `bars`: one panel per metric, one row per cell.
   */
  readonly kind: 'trends' | 'curves' | 'bars';
  readonly caption: string;
  readonly metrics: readonly string[];
  /** Factor across the chart; not for `bars`. */
  readonly axis?: string;
  /** A line to compare with: a value, or for `bars` that of a cell. */
  readonly reference?: { readonly label: string } & ({ readonly value: number } | { readonly factors: Factors });
  /** Powers of ten up the chart; only for `curves` of values above zero. */
  readonly isLogarithmic?: true;
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
  /** By metric name. The model's predictions need no entry: a cell bears them as metrics, see `predictionOf`. */
  readonly predictions: ReadonlyMap<string, Prediction>;
  /** The experiment's share of the answer at the top of the report. */
  answer(cells: readonly Cell[]): readonly string[];
  means(cells: readonly Cell[]): readonly string[];
  readonly misleads: readonly string[];
}
