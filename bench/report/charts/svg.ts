import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { ChartView } from '../chart-view.js';
import { barsOption } from './bars.js';
import { curvesOption } from './curves.js';
import { type Frame, layOut, TITLE_FONT_SIZE_PX, type Variant } from './layout.js';
import { INK } from './marks.js';
import { trendsOption } from './trends.js';

use([CustomChart, LineChart, GridComponent, TitleComponent, SVGRenderer]);

/** Text is measured without the page's font; some are this much wider than assumed. */
const WIDEST_FONT_ALLOWANCE = 0.8;

const OPTIONS = { trends: trendsOption, curves: curvesOption, bars: barsOption } as const;

function titleOf({ panel, frameLeft, frameTop, left, width }: Frame) {
  return {
    text: panel.title,
    left: frameLeft,
    top: frameTop,
    padding: 0,
    textStyle: {
      color: INK,
      fontSize: TITLE_FONT_SIZE_PX,
      fontWeight: 600,
      width: (left - frameLeft + width) * WIDEST_FONT_ALLOWANCE,
      overflow: 'truncate',
    },
  };
}

/**
 * The renderer numbers its drawings over the life of the process and adds what only a live chart needs. Without both,
 * the same view gives the same bytes, and several drawings can stand in one page.
 */
function settle(svg: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|xmlns|xmlns:xlink|version|baseProfile|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replaceAll('font-family:sans-serif', 'font-family:inherit');
}

/** SVG to stand in a page that defines the CSS variables of the palette. `id` must be unique within the page. */
export function drawChart(chart: ChartView, variant: Variant, id: string): string {
  const { frames, width, height } = layOut(chart, variant);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption({
      animation: false,
      grid: frames.map(({ left, top, width, height }) => ({ left, top, width, height })),
      title: frames.map(titleOf),
      ...OPTIONS[chart.kind](chart, frames),
    });
    return settle(drawing.renderToSVGString(), id);
  } finally {
    drawing.dispose();
  }
}
