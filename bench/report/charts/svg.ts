// One file: the modules that it is made of take half a second to load, which every command would wait for.
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import { DARK, LIGHT } from '../palette.js';
import type { Drawing } from './layout.js';

/** What all drawings share, said once: for the page, or for a file of its own. */
export const CHART_STYLE = `svg text { dominant-baseline: central; font-size: 13px; white-space: pre; }
svg .t { fill: var(--ink); font-weight: 600; }
svg .h { fill: var(--ink); stroke: var(--paper); stroke-width: 3px; paint-order: stroke; stroke-miterlimit: 2; } svg .g { stroke: var(--rule); }
svg .d { stroke: var(--muted); stroke-width: 1.5px; stroke-dasharray: 4,3; } svg .i { stroke-width: 1.5px; } svg .m { fill: var(--muted); }
svg [data-m] { text-anchor: middle; } svg [data-e] { text-anchor: end; }
svg .r { stroke-width: 4px; stroke-opacity: .35; stroke-linecap: round; } svg .g, svg .d, svg .i, svg .r { fill: none; }`;

/**
 * The renderer numbers its drawings over the life of the process and adds what only a live chart needs. Without both,
 * the same view gives the same bytes, and several drawings can stand in one page. What every mark repeats is left to the style.
 */
function settle(svg: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(
      / (?:class|xmlns|xmlns:xlink|xml:space|version|baseProfile|pointer-events|ecmeta_\w+|dominant-baseline)="[^"]*"/g,
      '',
    )
    .replace(/<(rect|path) [^>]*fill(?:="none"|-opacity="0"[^>]*)><\/\1>\n?/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replaceAll('font-family:sans-serif', 'font-family:inherit')
    .replace(/font: ?(\d+px) sans-serif/g, 'font-size:$1;font-family:inherit')
    .replace(/ style="font-size:13px;font-family:inherit;?"/g, '')
    .replaceAll(' stroke="var(--paper)" stroke-width="3" paint-order="stroke" stroke-miterlimit="2"', ' class="h"')
    .replaceAll(' fill="var(--ink)" class="h"', ' class="h"')
    .replace(/ style="font-size:13px;font-family:inherit;font-weight:600;"([^>]*) fill="var\(--ink\)"/g, '$1 class="t"')
    .replaceAll(' fill="none" stroke="var(--rule)"', ' class="g"')
    .replaceAll(' fill="none" stroke="var(--muted)" stroke-width="1.5" stroke-dasharray="4,3"', ' class="d"')
    .replace(
      / fill="none"( stroke="[^"]*") stroke-width="4" stroke-opacity="0.35" stroke-linecap="round"/g,
      '$1 class="r"',
    )
    .replace(/ fill="none"( stroke="[^"]*") stroke-width="1.5"(?=>)/g, '$1 class="i"')
    .replaceAll(' fill="var(--muted)" class="h"', ' class="h m"')
    .replaceAll(' fill="var(--muted)">', ' class="m">')
    .replaceAll(' text-anchor="start"', '')
    .replaceAll(' text-anchor="middle"', ' data-m=""')
    .replaceAll(' text-anchor="end"', ' data-e=""')
    .replace(/(?: y="(\S+)")? transform="translate\((\S+) (\S+)\)"/g, placeAt)
    .replace(/M(\S+ [^A-Z"]+)L\1(?=[M"])/g, 'M$1h0')
    .replace(/(M\S+ ([\d.]+))L([\d.]+) \2(?=[M"])/g, '$1H$3')
    .replace(/(M([\d.]+) [\d.]+)L\2 ([\d.]+)(?=[M"])/g, '$1V$3')
    .replace(/(<(circle|path|rect|line|polyline) [^>]*)><\/\2>/g, '$1/>')
    .replace(/(?:<path d="[^"]*" class="[dg]"\/>\n?)+/g, joinPaths);
}

/** A text's place, said once. */
function placeAt(_: string, below = '0', x: string, y: string): string {
  return ` x="${Math.round(Number(x))}" y="${Number(y) + Number(below)}"`;
}

/** Lines that look alike and follow each other are one path. */
function joinPaths(paths: string): string {
  const lines = [...paths.matchAll(/d="([^"]*)" class="(.)"/g)];
  const kinds = [...new Set(lines.map(([, , kind]) => kind))];
  return kinds
    .map((kind) => `<path d="${lines.flatMap(([, d, own]) => (own === kind ? [d] : [])).join('')}" class="${kind}"/>\n`)
    .join('');
}

/** SVG to stand in a page that has CHART_STYLE and the CSS variables of the palette. `id` must be unique within the page. */
export function drawSvg({ width, height, option }: Drawing, id: string): string {
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption({ animation: false, ...option });
    return settle(drawing.renderToSVGString(), id);
  } finally {
    drawing.dispose();
  }
}

/** The same as a file of its own, for light and dark pages. */
export function drawSvgFile(drawing: Drawing): string {
  const style = `svg { background: var(--paper); font-family: system-ui, sans-serif; ${LIGHT} }
@media (prefers-color-scheme: dark) { svg { ${DARK} } }
${CHART_STYLE}`;
  return drawSvg(drawing, 'chart')
    .replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" `)
    .replace('>', `>\n<style>${style}</style>`)
    .concat('\n');
}
