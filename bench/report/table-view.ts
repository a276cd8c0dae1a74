import type { Cell, Estimate } from '../contract.js';
import { factorLabel, metricNames, passesChecks, placeOf, varyingFactors } from './cells.js';
import { metricLabel, predictionOf, withUnit } from './metrics.js';
import { type EstimateText, formatDeviation, formatDifference, formatEstimate, formatNumber } from './numbers.js';
import { modelErrorOf, modelPrediction } from './predictions.js';
import type { Presentation } from './presentation.js';
import { capitalise } from './text.js';

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
/** With intervals in them, more do not fit on a page. */
const MOST_COLUMNS = 6;

const label = (text: string) => ({ kind: 'label', text }) as const;
const number = (text: string) => ({ kind: 'number', text }) as const;
const EMPTY = number('–');

function estimateCell(cell: Cell, estimate: Estimate | undefined): TableCell {
  if (estimate === undefined) return EMPTY;
  return { kind: 'estimate', estimate: formatEstimate(estimate), isExcluded: !passesChecks(cell) };
}

function metricHead(cells: readonly Cell[], metric: string): string {
  const [first] = cells.flatMap(({ metrics }) => metrics[metric] ?? metrics[predictionOf(metric)] ?? []);
  const unit = first?.unit ?? '';
  return withUnit(metricLabel(metric), unit);
}

function deviationCell(cell: Cell, metric: string): TableCell {
  const error = modelErrorOf(cell, metric);
  const n = cell.metrics[metric]?.n;
  if (error === null || n === undefined) return EMPTY;
  return { kind: 'estimate', estimate: formatDeviation({ ...error, n }), isExcluded: !passesChecks(cell) };
}

interface PredictionColumns {
  readonly heads: readonly string[];
  cellsOf(cell: Cell): TableCell[];
}

/** The model may be off by so many percent; what theory says may be zero, so the distance from it is a difference. */
function predictionColumns(
  cells: readonly Cell[],
  metric: string,
  { predictions }: Presentation,
): PredictionColumns | null {
  const theory = predictions.get(metric);
  if (cells.some((cell) => modelPrediction(cell, metric) !== undefined)) {
    const cellsOf = (cell: Cell) => [estimateCell(cell, modelPrediction(cell, metric)), deviationCell(cell, metric)];
    return { heads: ['Predicted', 'Measured against predicted'], cellsOf };
  }
  if (theory === undefined) return null;
  const cellsOf = (cell: Cell) => {
    const predicted = theory.at(cell.factors);
    const estimate = cell.metrics[metric];
    if (predicted === undefined || estimate === undefined) return [EMPTY, EMPTY];
    return [number(formatNumber(predicted)), number(formatDifference(estimate, predicted))];
  };
  return { heads: ['Predicted', 'Measured − predicted'], cellsOf };
}

function cellsDown(cells: readonly Cell[], metrics: readonly string[], presentation: Presentation): Content {
  const factors = varyingFactors(cells);
  const columns = metrics.map((metric) => ({ metric, prediction: predictionColumns(cells, metric, presentation) }));
  return {
    head: [
      label(capitalise(factors.map(factorLabel).join(', '))),
      ...columns.flatMap(({ metric, prediction }) =>
        [metricHead(cells, metric), ...(prediction?.heads ?? [])].map(number),
      ),
    ],
    rows: cells.map((cell) => [
      label(placeOf(cell.factors, factors)),
      ...columns.flatMap(({ metric, prediction }) => [
        estimateCell(cell, cell.metrics[metric]),
        ...(prediction?.cellsOf(cell) ?? []),
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

/** Cells that have the same factors, each group in the order of the file. */
function groupByFactors(cells: readonly Cell[]): Cell[][] {
  const kindOf = ({ factors }: Cell) => Object.keys(factors).sort().join();
  return [...new Set(cells.map(kindOf))].map((kind) => cells.filter((cell) => kindOf(cell) === kind));
}

/** Metrics for one table after another, so that none has too many columns. */
function splitMetrics(metrics: readonly string[], columnsOf: (metric: string) => number): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const metric of metrics) {
    room -= columnsOf(metric);
    if (room >= 0) parts.at(-1)?.push(metric);
    else {
      parts.push([metric]);
      room = MOST_COLUMNS - columnsOf(metric);
    }
  }
  return parts;
}

function tablesOf(cells: readonly Cell[], presentation: Presentation): TableView[] {
  const isMeasured = (metric: string) => cells.some(({ metrics }) => metrics[metric] !== undefined);
  const named = metricNames(cells, presentation.leading);
  // A prediction that nothing was measured for is a number of its own.
  const metrics = named.map((metric) => (isMeasured(metric) ? metric : predictionOf(metric)));
  const around = { sharedN: sharedNOf(cells), note: noteOf(cells) };
  const isPredicted = (metric: string) => predictionColumns(cells, metric, presentation) !== null;
  if (cells.length <= MOST_CELLS_ACROSS && metrics.length > FEW_METRICS && !metrics.some(isPredicted)) {
    return [{ ...metricsDown(cells, metrics), ...around }];
  }
  const parts = splitMetrics(metrics, (metric) => (isPredicted(metric) ? 3 : 1));
  return parts.map((part) => ({ ...cellsDown(cells, part, presentation), ...around }));
}

/** Every estimate of the experiment. Few cells with many metrics stand side by side, many cells below each other. */
export function buildTables(cells: readonly Cell[], presentation: Presentation): TableView[] {
  return groupByFactors(cells).flatMap((group) => tablesOf(group, presentation));
}

/** What the numbers of a table are. */
export function countNote(sharedN: string | null): string {
  const count = sharedN === null ? 'number of observations n' : `n = ${sharedN} observations each`;
  return `Value (interval), ${count}.`;
}
