import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import t from 'tap';
import { renderLedger } from '../bench/report/ledger.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const pages = ['README.md', ...['services', 'balancer', 'bench', 'scripts', 'docs'].flatMap(markdownIn)];

function markdownIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function findAll(page: string, pattern: RegExp): string[] {
  return [...readFileSync(page, 'utf8').matchAll(pattern)].map(([, found = '']) => found);
}

t.test('every command of the documentation is a script of package.json', async (t) => {
  for (const page of pages) {
    for (const name of findAll(page, /\bnpm run ([\w:-]+)/g)) t.ok(name in scripts, `${page}: npm run ${name}`);
  }
});

t.test('every script of package.json runs a file that has a source', async (t) => {
  for (const [name, command] of Object.entries(scripts)) {
    for (const [path] of command.matchAll(/\b(?:dist\/)?scripts\/[\w./-]+/g)) {
      const source = path.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      t.ok(existsSync(source), `${name}: ${source}`);
    }
  }
});

t.test('every path and every link of the documentation exists', async (t) => {
  for (const page of pages) {
    const linked = findAll(page, /\]\((?!https?:|#)([^)#\s]+)/g).map((path) => normalize(join(dirname(page), path)));
    const quoted = findAll(page, /`((?:services|balancer|bench|scripts|docs)\/[\w./-]+)`/g);
    for (const path of [...linked, ...quoted]) t.ok(existsSync(path), `${page}: ${path}`);
  }
});

t.test('the page of the claims is what the code says', async (t) => {
  t.equal(readFileSync('docs/claims.md', 'utf8'), renderLedger(), 'npm run docs writes it again');
});
