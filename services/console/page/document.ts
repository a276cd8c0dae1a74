import { createHash } from 'node:crypto';
import { TEXTS } from './texts.js';

/** What the modules call packages → where they are served. */
const IMPORTS = JSON.stringify({
  imports: {
    preact: '/vendor/preact.js',
    'preact/hooks': '/vendor/preact-hooks.js',
    'preact/jsx-runtime': '/vendor/preact-jsx-runtime.js',
  },
});

export const DOCUMENT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TEXTS.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/vendor/uplot.css">
<link rel="stylesheet" href="/page.css">
<script type="importmap">${IMPORTS}</script>
<script src="/vendor/uplot.js" defer></script>
<script type="module" src="/page/main.js"></script>
</head>
<body></body>
</html>
`;

/** For the policy: inline, it would not run otherwise, and import maps cannot be files. */
export const IMPORT_MAP_HASH = `'sha256-${createHash('sha256').update(IMPORTS).digest('base64')}'`;
