import type { ChartPanel, ChartView } from '../chart-view.js';

/** A chart is drawn for wide, medium (also paper) and narrow pages, each time in type of full size. In px. */
export const WIDTHS = { wide: 960, medium: 660, narrow: 350 } as const;
export type Variant = keyof typeof WIDTHS;
export const VARIANTS = ['wide', 'medium', 'narrow'] as const satisfies readonly Variant[];

export const FONT_SIZE_PX = 12;
export const TITLE_FONT_SIZE_PX = 13;

/** Where a panel's plot lies in the drawing, in px, and where its frame (title included) begins. */
export interface Frame {
  readonly panel: ChartPanel;
  readonly frameLeft: number;
  readonly frameTop: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly gap: number;
}

export interface Layout {
  readonly frames: readonly Frame[];
  readonly width: number;
  readonly height: number;
}

const TREND_HEIGHT_PX = 140;
const ROW_HEIGHT_PX = 24;

const MARGINS: Readonly<Record<ChartView['kind'], Margins>> = {
  trends: { left: 40, right: 6, top: 46, bottom: 44, gap: 20 },
  curves: { left: 42, right: 22, top: 46, bottom: 44, gap: 8 },
  bars: { left: 126, right: 46, top: 30, bottom: 34, gap: 24 },
};

const MOST_COLUMNS: Readonly<Record<ChartView['kind'], Readonly<Record<Variant, number>>>> = {
  trends: { wide: 4, medium: 4, narrow: 2 },
  curves: { wide: 4, medium: 4, narrow: 2 },
  bars: { wide: 3, medium: 2, narrow: 1 },
};

export function layOut({ kind, panels }: ChartView, variant: Variant): Layout {
  const width = WIDTHS[variant];
  const margins = MARGINS[kind];
  const rows = Math.ceil(panels.length / MOST_COLUMNS[kind][variant]);
  const columns = Math.ceil(panels.length / rows);
  const mostPoints = Math.max(...panels.map(({ points }) => points.length));
  const plotHeight = kind === 'bars' ? mostPoints * ROW_HEIGHT_PX : TREND_HEIGHT_PX;
  const frameHeight = margins.top + plotHeight + margins.bottom;
  // A single panel is no reason for a wide, flat plot.
  const inRow = Math.max(columns, Math.min(2, MOST_COLUMNS[kind][variant]));
  const frameWidth = (width - margins.gap * (inRow - 1)) / inRow;
  const frames = panels.map((panel, index) => {
    const frameLeft = (index % columns) * (frameWidth + margins.gap);
    const frameTop = Math.floor(index / columns) * frameHeight;
    return {
      panel,
      frameLeft,
      frameTop,
      left: frameLeft + margins.left,
      top: frameTop + margins.top,
      width: frameWidth - margins.left - margins.right,
      height: plotHeight,
    };
  });
  return { frames, width, height: rows * frameHeight };
}
