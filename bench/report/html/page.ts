import { anchorOf } from '../../words/text.js';
import { type ClaimView, sentenceOf } from '../claim-view.js';
import type { FactGroup } from '../provenance.js';
import type { OpenGroup, ReportView } from '../view.js';
import { SCRIPT_SOURCE } from './calculator.js';
import { claimSection, LEGEND } from './claim.js';
import { type Html, html, trusted } from './html.js';
import { clinicSection, firstScreen, guideSection } from './overview.js';
import { projectionSection } from './projection.js';
import { STYLE } from './style.js';

/** Holds the page to its promise: nothing is loaded, and nothing runs but the calculator where there is one. */
function policyOf({ projection }: ReportView): string {
  const scripts = projection === null ? '' : `; script-src ${SCRIPT_SOURCE}`;
  return `default-src 'none'; style-src 'unsafe-inline'${scripts}; base-uri 'none'; form-action 'none'`;
}

function openGroup({ group, because, claims }: OpenGroup): Html {
  const items = claims.map(({ id, statement }) => html`<li id="${anchorOf('claim', id)}">${statement}</li>\n`);
  return html`<div><h3>${group}</h3>\n<p class="note">${sentenceOf(because)}</p>\n<ul>${items}</ul></div>\n`;
}

function openSection(open: readonly OpenGroup[]): Html | null {
  if (open.length === 0) return null;
  return html`<h2 id="open">Not measured</h2>\n<div class="facts open">${open.map(openGroup)}</div>\n`;
}

function checksSection({ checks: { summary, failed } }: ReportView): Html {
  const list = html`<details><summary>The checks that failed</summary><ul>${failed.map((one) => html`<li>${one}</li>\n`)}</ul></details>\n`;
  return html`<h2 id="checks">Checks</h2>\n<p>${summary}</p>\n${failed.length === 0 ? null : list}`;
}

function factGroup({ title, facts }: FactGroup): Html {
  const rows = facts.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>\n`);
  return html`<div><h3>${title}</h3>\n<dl>${rows}</dl></div>\n`;
}

function provenance({ run, provenance, csv }: ReportView): Html {
  return html`<h2 id="provenance">Machine, versions, and how to repeat it</h2>
<p>AuthScale report of <time>${run.startedAt}</time>. All numbers as a table: <a download="authscale.csv" href="data:text/csv;charset=utf-8,${csv.replace(/[%#\r\n]/g, encodeURIComponent)}">authscale.csv</a>.</p>
<p>The same seed plans the same rounds in the same order. Another machine gives other microseconds; ratios and verdicts are
what should carry over.</p>
<pre tabindex="0"><code>${run.repeat}</code></pre>
<details class="more"><summary>All that is known of the run</summary><div class="facts">${provenance.map(factGroup)}</div></details>
`;
}

function claimsSection(claims: readonly ClaimView[]): Html | null {
  if (claims.length === 0) return null;
  return html`<h2 id="claims">What textbooks claim, and what was found</h2>\n${LEGEND}${claims.map(claimSection)}`;
}

/** One page that needs no network, and no script to be read. */
export function renderHtml(view: ReportView): string {
  const { run, title, notices, claims, guide, clinic, open, projection } = view;
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
<header><h1>${title}</h1></header>
<main>
${notices.map((notice) => html`<p class="notice" role="note">${notice}</p>\n`)}${firstScreen(view)}${claimsSection(claims)}${guideSection(guide)}${clinicSection(clinic)}${openSection(open)}${projectionSection(projection)}${checksSection(view)}${provenance(view)}</main>
</body>
</html>
`;
  return page.text;
}
