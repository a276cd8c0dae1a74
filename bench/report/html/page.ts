import { anchorOf } from '../text.js';
import type { FactGroup, ReportView } from '../view.js';
import { SCRIPT_SOURCE } from './calculator.js';
import { experimentSection } from './experiment.js';
import { type Html, html, trusted } from './html.js';
import { projectionSection } from './projection.js';
import { STYLE } from './style.js';
import { evidenceTable, verdictTable } from './verdicts.js';

/** Holds the page to its promise: nothing is loaded, and nothing runs but the calculator where there is one. */
function policyOf({ projection }: ReportView): string {
  const scripts = projection === null ? '' : `; script-src ${SCRIPT_SOURCE}`;
  return `default-src 'none'; style-src 'unsafe-inline'${scripts}; base-uri 'none'; form-action 'none'`;
}

function contents({ experiments, projection }: ReportView): Html | null {
  if (experiments.length === 0) return null;
  const links = experiments.map(
    ({ id, title }) => html`<li><a href="#${anchorOf('experiment', id)}">${title}</a></li>`,
  );
  return html`<nav aria-label="Contents"><ul>${links}${projection === null ? null : html`<li><a href="#projection">From ten thousand users to a billion</a></li>`}<li><a href="#provenance">Machine and command</a></li></ul></nav>\n`;
}

function factGroup({ title, facts }: FactGroup): Html {
  const rows = facts.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>\n`);
  return html`<div><h3>${title}</h3>\n<dl>${rows}</dl></div>\n`;
}

function provenance({ run, provenance }: ReportView): Html {
  return html`<h2 id="provenance">Machine, versions, and how to repeat it</h2>
<p>The same seed plans the same rounds in the same order. Another machine gives other microseconds; ratios and verdicts are
what should carry over.</p>
<pre><code>${run.repeat}</code></pre>
<div class="facts">${provenance.map(factGroup)}</div>
`;
}

/** One page that needs no network, and no script to be read. */
export function renderHtml(view: ReportView): string {
  const { run, notices, answer, claims, experiments, projection } = view;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyOf(view)}">
<title>AuthScale report ${run.id}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><h1>How authentication behaves when one server becomes many</h1>
<p class="meta">AuthScale report · ${run.profile} run of <time>${run.startedAt}</time></p></header>
<main>
${notices.map((notice) => html`<p class="notice" role="note">${notice}</p>\n`)}<div class="lead">${answer.map((sentence) => html`<p>${sentence}</p>\n`)}</div>
${contents(view)}<h2 id="verdicts">Verdicts</h2>
<p class="note">Every number stands with its interval in brackets and the number of observations n: 95 % intervals, and 99 %
for all together where a verdict asks several. The rule that decides each claim was fixed before measuring. The command under
a claim tests it again.</p>
${verdictTable(claims)}${experiments.map(experimentSection)}${projectionSection(projection)}${evidenceTable(claims)}${provenance(view)}</main>
</body>
</html>
`;
  return page.text;
}
