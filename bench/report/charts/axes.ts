import { formatTick } from '../numbers.js';
import type { Scale } from '../scale.js';
import { FONT_SIZE_PX } from './layout.js';
import { MUTED, RULE } from './marks.js';

export const textStyle = { color: MUTED, fontSize: FONT_SIZE_PX };

export function valueAxis({ isLogarithmic, min, max, step }: Scale, gridIndex: number) {
  return {
    gridIndex,
    type: isLogarithmic ? 'log' : 'value',
    min,
    max,
    interval: step,
    axisLabel: { ...textStyle, formatter: formatTick, hideOverlap: true },
    splitLine: { lineStyle: { color: RULE } },
  };
}
