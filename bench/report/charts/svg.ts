import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Drawing } from './layout.js';

use([CustomChart, LineChart, GridComponent, TitleComponent, SVGRenderer]);

/**
 * The renderer numbers its drawings over the life of the process and adds what only a live chart needs. Without both,
 * the same view gives the same bytes, and several drawings can stand in one page.
 */
function settle(svg: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|xmlns|xmlns:xlink|version|baseProfile|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replaceAll('font-family:sans-serif', 'font-family:inherit')
    .replace(/font: ?(\d+px) sans-serif/g, 'font-size:$1;font-family:inherit');
}

/** SVG to stand in a page that defines the CSS variables of the palette. `id` must be unique within the page. */
export function drawSvg({ width, height, option }: Drawing, id: string): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption({ animation: false, ...option });
    return settle(drawing.renderToSVGString(), id);
  } finally {
    drawing.dispose();
  }
}
