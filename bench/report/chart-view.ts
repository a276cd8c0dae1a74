import { type Cell, CONTROL, type Factors } from '../contract.js';
import {
  estimateAt,
  type FactorValue,
  factorLabel,
  passesChecks,
  placeOf,
  valueLabel,
  valuesOf,
  varyingFactors,
} from './cells.js';
import { metricLabel, predictionOf, unitBeside, withUnit } from './metrics.js';
import { formatEstimate, formatTick } from './numbers.js';
import { type Colour, colourOf } from './palette.js';
import { modelPrediction, predictedValue } from './predictions.js';
import type { ChartPlan, Presentation } from './presentation.js';
import type { Range } from './ratio.js';
import { logScaleOf, type Scale, scaleOf } from './scale.js';

export interface ChartPoint {
  readonly label: string;
  /** Where it stands on a numeric axis; 0 without one. */
  readonly across: number;
  /** Null where there is a prediction only. */
  readonly measured: (Range & { readonly text: string }) | null;
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
  readonly mark: 'dot' | 'bar' | 'predicted' | 'reference' | 'limit' | 'excluded';
  readonly text: string;
}

export interface ChartView {
  readonly kind: ChartPlan['kind'];
  readonly caption: string;
  readonly axisTitle: string;
  /** Of the numbers across; only `curves` draw by it. */
  readonly acrossScale: Scale;
  readonly panels: readonly ChartPanel[];
  readonly legend: readonly LegendItem[];
}

type PanelDraft = Omit<ChartPanel, 'scale'>;

function extentOf({ points, reference }: PanelDraft): number[] {
  const extents = points.flatMap(({ measured, predicted }) => [
    ...(measured === null ? [] : [measured.low, measured.value, measured.high]),
    ...(predicted === null ? [] : [predicted]),
  ]);
  return reference === null ? extents : [...extents, reference];
}

/** Panels with the same unit share one scale, so that lengths can be compared across them. */
function shareScales({ isLogarithmic }: ChartPlan, drafts: readonly PanelDraft[]): ChartPanel[] {
  return drafts.map((draft) => {
    const extents = drafts.filter(({ unit }) => unit === draft.unit).flatMap(extentOf);
    return { ...draft, scale: isLogarithmic ? logScaleOf(extents) : scaleOf(extents) };
  });
}

function isShown(cell: Cell, metric: string): boolean {
  return cell.metrics[metric] !== undefined || modelPrediction(cell, metric) !== undefined;
}

function pointOf(cell: Cell, metric: string, presentation: Presentation): Omit<ChartPoint, 'label' | 'across'>[] {
  if (!isShown(cell, metric)) return [];
  const estimate = cell.metrics[metric];
  return [
    {
      measured: estimate === undefined ? null : { ...estimate, text: formatEstimate(estimate).value },
      predicted: predictedValue(cell, metric, presentation) ?? null,
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
  const shown = cells.filter((cell) => isShown(cell, metric) && cell.factors[axis] !== undefined);
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
      points: ordered.flatMap((cell) => {
        const value = cell.factors[axis];
        const place = { label: axisLabel(value), across: typeof value === 'number' ? value : 0 };
        return pointOf(cell, metric, presentation).map((point) => ({ ...place, ...point }));
      }),
      reference: referenceOf(plan, cells, metric),
    };
  });
}

function draftBars(plan: ChartPlan, cells: readonly Cell[], presentation: Presentation): PanelDraft[] {
  return plan.metrics.flatMap((metric) => {
    const shown = cells.filter((cell) => isShown(cell, metric));
    const factors = varyingFactors(shown);
    const points = shown.flatMap((cell) => {
      // What the control is the control of stands above it, and a label has little room.
      const named = cell.factors[CONTROL] ? [CONTROL] : factors;
      const place = { label: placeOf(cell.factors, named), across: 0 };
      return pointOf(cell, metric, presentation).map((point) => ({ ...place, ...point }));
    });
    const unit = unitOf(cells, metric);
    const title = withUnit(metricLabel(metric), unit);
    return points.length === 0 ? [] : [{ title, unit, points, reference: referenceOf(plan, cells, metric) }];
  });
}

function referenceOf({ reference }: ChartPlan, cells: readonly Cell[], metric: string): number | null {
  if (reference === undefined) return null;
  return 'value' in reference ? reference.value : (estimateAt(cells, reference.factors, metric)?.value ?? null);
}

function unitOf(cells: readonly Cell[], metric: string): string {
  const found = cells.flatMap(({ metrics }) => metrics[metric] ?? metrics[predictionOf(metric)] ?? []);
  return found[0]?.unit ?? '';
}

const MEASURED_MARK = { trends: 'dot', curves: 'dot', bars: 'bar' } as const;
const REFERENCE_MARK = { trends: 'limit', curves: 'limit', bars: 'reference' } as const;

const DRAFTS = { trends: draftTrends, curves: draftTrends, bars: draftBars } as const;

const BY_MODEL = 'by the model, from the measured demands';

function legendOf(plan: ChartPlan, panels: readonly PanelDraft[], presentation: Presentation): LegendItem[] {
  const points = panels.flatMap((panel) => panel.points);
  const formula = plan.metrics.map((metric) => presentation.predictions.get(metric)?.formula).find(Boolean) ?? BY_MODEL;
  const legend: LegendItem[] = [];
  if (points.some(({ measured }) => measured !== null)) {
    legend.push({ mark: MEASURED_MARK[plan.kind], text: 'measured, with its interval' });
  }
  if (points.some(({ predicted }) => predicted !== null)) {
    legend.push({ mark: 'predicted', text: `predicted: ${formula}` });
  }
  if (plan.reference !== undefined && panels.some(({ reference }) => reference !== null)) {
    legend.push({ mark: REFERENCE_MARK[plan.kind], text: plan.reference.label });
  }
  if (points.some(({ isExcluded }) => isExcluded)) {
    legend.push({ mark: 'excluded', text: 'a check failed: not used for verdicts' });
  }
  return legend;
}

/** Panels of one metric leave its unit to the caption. */
function captionOf({ kind, caption }: ChartPlan, [first]: readonly PanelDraft[]): string {
  const unit = kind === 'bars' ? '' : unitBeside(caption, first?.unit ?? '');
  return unit === '' ? caption : `${caption}, in ${unit}`;
}

/** Null where the cells have nothing that this chart shows. */
export function buildChart(plan: ChartPlan, cells: readonly Cell[], presentation: Presentation): ChartView | null {
  const drafts = DRAFTS[plan.kind](plan, cells, presentation);
  if (drafts.every(({ points }) => points.length === 0)) return null;
  return {
    kind: plan.kind,
    caption: captionOf(plan, drafts),
    axisTitle: plan.axis === undefined ? '' : factorLabel(plan.axis),
    acrossScale: scaleOf(drafts.flatMap(({ points }) => points.map(({ across }) => across))),
    panels: shareScales(plan, drafts),
    legend: legendOf(plan, drafts, presentation),
  };
}
