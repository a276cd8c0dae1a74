import type { Cell, Factors } from '../contract.js';
import { estimateAt, type FactorValue, passesChecks, placeOf, valueLabel, valuesOf, varyingFactors } from './cells.js';
import { metricLabel, unitBeside, withUnit } from './metrics.js';
import { formatEstimate, formatTick } from './numbers.js';
import { type Colour, colourOf } from './palette.js';
import type { ChartPlan, Presentation } from './presentation.js';
import { type Scale, scaleOf } from './scale.js';
import { wordsOf } from './text.js';

export interface ChartPoint {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
  readonly predicted: number | null;
  readonly colour: Colour;
  /** A check of its cell failed. */
  readonly isExcluded: boolean;
}

export interface ChartPanel {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly ChartPoint[];
  readonly scale: Scale;
  readonly reference: number | null;
}

export interface LegendItem {
  readonly mark: 'dot' | 'bar' | 'predicted' | 'reference' | 'excluded';
  readonly text: string;
}

export interface ChartView {
  readonly kind: ChartPlan['kind'];
  readonly caption: string;
  readonly axisTitle: string;
  readonly panels: readonly ChartPanel[];
  readonly legend: readonly LegendItem[];
}

type PanelDraft = Omit<ChartPanel, 'scale'>;

function extentOf({ points, reference }: PanelDraft): number[] {
  const extents = points.flatMap(({ low, high, predicted }) => [low, high, ...(predicted === null ? [] : [predicted])]);
  return reference === null ? extents : [...extents, reference];
}

/** Panels with the same unit share one scale, so that lengths can be compared across them. */
function shareScales(drafts: readonly PanelDraft[]): ChartPanel[] {
  return drafts.map((draft) => {
    const alike = drafts.filter(({ unit }) => unit === draft.unit);
    return { ...draft, scale: scaleOf(alike.flatMap(extentOf)) };
  });
}

function pointOf(cell: Cell, metric: string, label: string, presentation: Presentation): ChartPoint[] {
  const estimate = cell.metrics[metric];
  if (estimate === undefined) return [];
  const { value, low, high } = estimate;
  return [
    {
      label,
      value,
      low,
      high,
      text: formatEstimate(estimate).value,
      predicted: presentation.predictions.get(metric)?.at(cell.factors) ?? null,
      colour: colourOf(seriesOf(cell.factors)),
      isExcluded: !passesChecks(cell),
    },
  ];
}

/** What gives a cell its colour: its strategy, or else its first factor that is a word. */
function seriesOf(factors: Factors): string {
  return String(factors.strategy ?? Object.values(factors).find((value) => typeof value === 'string') ?? '');
}

function axisLabel(value: FactorValue | undefined): string {
  return typeof value === 'number' ? formatTick(value) : valueLabel(value);
}

function draftTrends(plan: ChartPlan, cells: readonly Cell[], presentation: Presentation): PanelDraft[] {
  const [metric = ''] = plan.metrics;
  const axis = plan.axis ?? '';
  const shown = cells.filter((cell) => cell.metrics[metric] !== undefined && cell.factors[axis] !== undefined);
  const seriesFactors = varyingFactors(shown).filter((factor) => factor !== axis);
  const titleOf = (cell: Cell) => placeOf(cell.factors, seriesFactors);
  return [...new Set(shown.map(titleOf))].map((title) => {
    const ofSeries = shown.filter((cell) => titleOf(cell) === title);
    const ordered = valuesOf(ofSeries, axis).flatMap((value: FactorValue) =>
      ofSeries.filter((cell) => cell.factors[axis] === value),
    );
    return {
      title,
      unit: unitOf(ofSeries, metric),
      points: ordered.flatMap((cell) => pointOf(cell, metric, axisLabel(cell.factors[axis]), presentation)),
      reference: null,
    };
  });
}

function draftBars(plan: ChartPlan, cells: readonly Cell[], presentation: Presentation): PanelDraft[] {
  const factors = varyingFactors(cells);
  return plan.metrics.flatMap((metric) => {
    const points = cells.flatMap((cell) => pointOf(cell, metric, placeOf(cell.factors, factors), presentation));
    const reference = plan.reference && estimateAt(cells, plan.reference.factors, metric)?.value;
    const unit = unitOf(cells, metric);
    return points.length === 0
      ? []
      : [{ title: withUnit(metricLabel(metric), unit), unit, points, reference: reference ?? null }];
  });
}

function unitOf(cells: readonly Cell[], metric: string): string {
  return cells.find((cell) => cell.metrics[metric] !== undefined)?.metrics[metric]?.unit ?? '';
}

const MEASURED_MARK = { trends: 'dot', bars: 'bar' } as const;

const DRAFTS = { trends: draftTrends, bars: draftBars } as const;

function legendOf(plan: ChartPlan, panels: readonly PanelDraft[], presentation: Presentation): LegendItem[] {
  const points = panels.flatMap((panel) => panel.points);
  const formula = plan.metrics.map((metric) => presentation.predictions.get(metric)?.formula).find(Boolean);
  const legend: LegendItem[] = [{ mark: MEASURED_MARK[plan.kind], text: 'measured, with its interval' }];
  if (formula !== undefined && points.some(({ predicted }) => predicted !== null)) {
    legend.push({ mark: 'predicted', text: `predicted: ${formula}` });
  }
  if (plan.reference !== undefined && panels.some(({ reference }) => reference !== null)) {
    legend.push({ mark: 'reference', text: plan.reference.label });
  }
  if (points.some(({ isExcluded }) => isExcluded)) {
    legend.push({ mark: 'excluded', text: 'a check failed: not used for verdicts' });
  }
  return legend;
}

/** Panels of one metric leave its unit to the caption. */
function captionOf({ kind, caption }: ChartPlan, [first]: readonly PanelDraft[]): string {
  const unit = kind === 'trends' ? unitBeside(caption, first?.unit ?? '') : '';
  return unit === '' ? caption : `${caption}, in ${unit}`;
}

/** Null where the cells have nothing that this chart shows. */
export function buildChart(plan: ChartPlan, cells: readonly Cell[], presentation: Presentation): ChartView | null {
  const drafts = DRAFTS[plan.kind](plan, cells, presentation);
  if (drafts.every(({ points }) => points.length === 0)) return null;
  return {
    kind: plan.kind,
    caption: captionOf(plan, drafts),
    axisTitle: plan.axis === undefined ? '' : wordsOf(plan.axis),
    panels: shareScales(drafts),
    legend: legendOf(plan, drafts, presentation),
  };
}
