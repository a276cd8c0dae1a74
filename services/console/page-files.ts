/** What the console serves to a browser, by its path on its origin. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOCUMENT } from './page/document.js';
import { STYLE } from './page/style.js';

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

const HERE = dirname(fileURLToPath(import.meta.url));
const { resolve } = createRequire(import.meta.url);
const UPLOT = dirname(resolve('uplot'));

/** By what they are imported as, see the page's import map; uPlot's is a classic script. */
const VENDORED: Readonly<Record<string, string>> = {
  '/vendor/preact.js': resolve('preact'),
  '/vendor/preact-hooks.js': resolve('preact/hooks'),
  '/vendor/preact-jsx-runtime.js': resolve('preact/jsx-runtime'),
  '/vendor/uplot.js': join(UPLOT, 'uPlot.iife.min.js'),
};

/** Made for the server, and of no use in a browser. */
const KEPT_BACK = /(^|\/)(document|style)\.js$|\.(test|browser|fixture)\.js$/;

/** Read once: a table, so that no path of a request ever becomes one of the disk. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const modules = readdirSync(join(HERE, 'page'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !KEPT_BACK.test(name))
    .map((name): [string, string] => [`/page/${name}`, join(HERE, 'page', name)]);
  // Modules of the page import it beside their folder, as they do on the disk.
  const scripts = [...modules, ...Object.entries(VENDORED), ['/contract.js', join(HERE, 'contract.js')] as const];
  return new Map<string, PageFile>([
    ['/', { type: 'text/html; charset=utf-8', body: DOCUMENT }],
    ['/page.css', { type: CSS, body: STYLE }],
    ['/vendor/uplot.css', { type: CSS, body: readFileSync(join(UPLOT, 'uPlot.min.css'), 'utf8') }],
    ...scripts.map(([path, file]): [string, PageFile] => [path, { type: SCRIPT, body: withoutMap(file) }]),
  ]);
}

/** Maps of sources are not served; a browser with open tools would ask for them. */
function withoutMap(file: string): string {
  return readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}
