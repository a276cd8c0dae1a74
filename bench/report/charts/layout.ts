/** A chart is drawn for wide, medium (also paper) and narrow pages, each time in type of full size. In px. */
export const WIDTHS = { wide: 960, medium: 660, narrow: 350 } as const;
export type Variant = keyof typeof WIDTHS;
export const VARIANTS = ['wide', 'medium', 'narrow'] as const satisfies readonly Variant[];

/** Where a plot lies in the drawing, in px. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What echarts is told, and how large the drawing is. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly option: object;
}
