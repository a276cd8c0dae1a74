/** In px: every chart has it. Half of a wide page, and a phone's width with type a little smaller. */
export const WIDTH_PX = 420;

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
