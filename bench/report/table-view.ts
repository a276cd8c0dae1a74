import type { Cell, Estimate } from '../contract.js';
import { metricNames, passesChecks, placeOf, varyingFactors } from './cells.js';
import { metricLabel, withUnit } from './metrics.js';
import { type EstimateText, formatDifference, formatEstimate, formatNumber } from './numbers.js';
import type { Presentation } from './presentation.js';
import { capitalise, wordsOf } from './text.js';

export type TableCell =
  | { readonly kind: 'label'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'estimate'; readonly estimate: EstimateText; readonly isExcluded: boolean };

export interface TableView {
  readonly head: readonly { readonly kind: 'label' | 'number'; readonly text: string }[];
  readonly rows: readonly (readonly TableCell[])[];
  /** The number of observations where it is the same everywhere, so that it need not stand in every cell. */
  readonly sharedN: string | null;
  /** What all rows have in common: "All with 1 instance." */
  readonly note: string;
}

type Content = Pick<TableView, 'head' | 'rows'>;

const MOST_CELLS_ACROSS = 8;
const FEW_METRICS = 3;

const label = (text: string) => ({ kind: 'label', text }) as const;
const number = (text: string) => ({ kind: 'number', text }) as const;
const EMPTY = number('–');

function estimateCell(cell: Cell, estimate: Estimate | undefined): TableCell {
  if (estimate === undefined) return EMPTY;
  return { kind: 'estimate', estimate: formatEstimate(estimate), isExcluded: !passesChecks(cell) };
}

function metricHead(cells: readonly Cell[], metric: string): string {
  const unit = cells.find((cell) => cell.metrics[metric] !== undefined)?.metrics[metric]?.unit ?? '';
  return withUnit(metricLabel(metric), unit);
}

function predictionCells(cell: Cell, metric: string, presentation: Presentation): TableCell[] {
  const prediction = presentation.predictions.get(metric);
  if (prediction === undefined) return [];
  const predicted = prediction.at(cell.factors);
  const estimate = cell.metrics[metric];
  if (predicted === undefined || estimate === undefined) return [EMPTY, EMPTY];
  return [number(formatNumber(predicted)), number(formatDifference(estimate, predicted))];
}

function cellsDown(cells: readonly Cell[], metrics: readonly string[], presentation: Presentation): Content {
  const factors = varyingFactors(cells);
  const headOf = (metric: string) => [
    number(metricHead(cells, metric)),
    ...(presentation.predictions.has(metric) ? [number('Predicted'), number('Measured − predicted')] : []),
  ];
  return {
    head: [label(capitalise(factors.map(wordsOf).join(', '))), ...metrics.flatMap(headOf)],
    rows: cells.map((cell) => [
      label(placeOf(cell.factors, factors)),
      ...metrics.flatMap((metric) => [
        estimateCell(cell, cell.metrics[metric]),
        ...predictionCells(cell, metric, presentation),
      ]),
    ]),
  };
}

function metricsDown(cells: readonly Cell[], metrics: readonly string[]): Content {
  const factors = varyingFactors(cells);
  return {
    head: [label('Metric'), ...cells.map((cell) => number(placeOf(cell.factors, factors) || 'Measured'))],
    rows: metrics.map((metric) => [
      label(metricHead(cells, metric)),
      ...cells.map((cell) => estimateCell(cell, cell.metrics[metric])),
    ]),
  };
}

function noteOf([first, ...others]: readonly Cell[]): string {
  if (first === undefined) return '';
  const varying = varyingFactors([first, ...others]);
  const common = Object.keys(first.factors).filter((factor) => !varying.includes(factor));
  return common.length === 0 ? '' : `All with ${placeOf(first.factors, common)}.`;
}

function sharedNOf(cells: readonly Cell[]): string | null {
  const counts = new Set(cells.flatMap(({ metrics }) => Object.values(metrics).map(({ n }) => n)));
  const [only] = counts;
  return counts.size === 1 && only !== undefined ? formatNumber(only) : null;
}

/** Every estimate of the experiment. Few cells with many metrics stand side by side, many cells below each other. */
export function buildTable(cells: readonly Cell[], presentation: Presentation): TableView | null {
  const metrics = metricNames(cells, presentation.leading);
  if (metrics.length === 0) return null;
  const isPredicted = metrics.some((metric) => presentation.predictions.has(metric));
  const areAcross = cells.length <= MOST_CELLS_ACROSS && metrics.length > FEW_METRICS && !isPredicted;
  const content = areAcross ? metricsDown(cells, metrics) : cellsDown(cells, metrics, presentation);
  return { ...content, sharedN: sharedNOf(cells), note: noteOf(cells) };
}

/** What the numbers of a table are. */
export function countNote(sharedN: string | null): string {
  const count = sharedN === null ? 'number of observations n' : `n = ${sharedN} observations each`;
  return `Value (interval), ${count}.`;
}
