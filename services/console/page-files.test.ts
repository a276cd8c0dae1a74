import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { DOCUMENT } from './page/document.js';
import { readPageFiles } from './page-files.js';

const MOST_BYTES = 60_000;

const files = readPageFiles();
const scripts = [...files].filter(([, { type }]) => type.startsWith('text/javascript'));

t.test(`all scripts together take ${MOST_BYTES} bytes at most, gzipped`, async (t) => {
  const bytes = scripts.reduce((sum, [, { body }]) => sum + gzipSync(body).length, 0);
  t.ok(bytes <= MOST_BYTES, `${bytes} bytes`);
});

t.test('whatever the page asks for is served, and nothing that only a server can run', async (t) => {
  const mapped = Object.values(JSON.parse(/"imports":(\{.*?\})/.exec(DOCUMENT)?.[1] ?? '{}') as Record<string, string>);
  const linked = [...DOCUMENT.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path = '']) => path);
  const imported = scripts
    .filter(([path]) => path.startsWith('/page/'))
    .flatMap(([path, { body }]) =>
      [...body.matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => posix.resolve(posix.dirname(path), to)),
    );
  t.ok(mapped.length > 0 && linked.length > 0 && imported.length > 0);
  for (const path of [...mapped, ...linked, ...imported]) t.ok(files.has(path), path);
  for (const [path, { body }] of scripts) t.notMatch(body, /from ["']node:|sourceMappingURL/, path);
});

t.test('an import resolves to the same file on the disk and on the origin', async (t) => {
  // Beyond the root an origin's paths end: `../../contract.js` of the page would be the console's, not the services'.
  const beyond = scripts.filter(([path, { body }]) => {
    const depth = path.split('/').length - 2;
    return [...body.matchAll(/from '((?:\.\.\/)+)/g)].some(([, up = '']) => up.length / 3 > depth);
  });
  t.same(
    beyond.map(([path]) => path),
    [],
  );
});
