// One file: the modules that it is made of take half a second to load, which every command would wait for.
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import type { Drawing } from './layout.js';

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
