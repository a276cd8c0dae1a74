import { anchorOf } from '../../words/text.js';
import { type ClaimView, sentenceOf } from '../claim-view.js';
import type { FactGroup } from '../provenance.js';
import type { OpenGroup, ReportView } from '../view.js';
import { SCRIPT_SOURCE } from './calculator.js';
import { chip, claimSection } from './claim.js';
import { type Html, html, trusted } from './html.js';
import { projectionSection } from './projection.js';
import { STYLE } from './style.js';

/** Holds the page to its promise: nothing is loaded, and nothing runs but the calculator where there is one. */
function policyOf({ projection }: ReportView): string {
  const scripts = projection === null ? '' : `; script-src ${SCRIPT_SOURCE}`;
  return `default-src 'none'; style-src 'unsafe-inline'${scripts}; base-uri 'none'; form-action 'none'`;
}

function ledgerRow({ id, verdict, statement, finding }: ClaimView): Html {
  return html`<tr role="row"><td role="cell">${chip(verdict)}</td><td role="cell"><a href="#${anchorOf('claim', id)}">${statement}</a></td><td role="cell">${finding}</td></tr>\n`;
}

/** The roles survive where the style sheet stacks the table on a phone. */
function ledger(claims: readonly ClaimView[]): Html | null {
  if (claims.length === 0) return null;
  return html`<table class="stack ledger" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader">Verdict</th><th role="columnheader">Claim</th><th role="columnheader">Found</th></tr></thead>
<tbody role="rowgroup">
${claims.map(ledgerRow)}</tbody></table>
`;
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

function provenance({ run, provenance }: ReportView): Html {
  return html`<h2 id="provenance">Machine, versions, and how to repeat it</h2>
<p>The same seed plans the same rounds in the same order. Another machine gives other microseconds; ratios and verdicts are
what should carry over.</p>
<pre tabindex="0"><code>${run.repeat}</code></pre>
<div class="facts">${provenance.map(factGroup)}</div>
`;
}

/** One page that needs no network, and no script to be read. */
export function renderHtml(view: ReportView): string {
  const { run, notices, count, claims, open, projection } = view;
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
<p class="meta">AuthScale report of <time>${run.startedAt}</time> · <a href="#provenance">machine and command</a></p></header>
<main>
${notices.map((notice) => html`<p class="notice" role="note">${notice}</p>\n`)}<p class="lead">${count}</p>
${ledger(claims)}${claims.map(claimSection)}${openSection(open)}${projectionSection(projection)}${checksSection(view)}${provenance(view)}</main>
</body>
</html>
`;
  return page.text;
}
