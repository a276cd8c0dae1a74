import { anchorOf } from '../../words/text.js';
import { intervalsDrawing } from '../charts/intervals.js';
import type { ComparedClaim, ComparedRow, ComparisonSection, ComparisonView } from '../comparison-view.js';
import { picture } from './claim.js';
import { type Html, html, trusted } from './html.js';
import { STYLE } from './style.js';

function compared({ label, before, after, effect }: ComparedRow): Html {
  return html`<tr role="row"><th role="rowheader" scope="row">${label}</th><td role="cell" data-label="A">${before}</td><td role="cell" data-label="B">${after}</td><td role="cell" data-label="effect">${effect}</td></tr>\n`;
}

function table(rows: readonly ComparedRow[]): Html {
  const heads = ['Number', 'A', 'B', 'B / A, or B − A'].map(
    (head) => html`<th role="columnheader" scope="col">${head}</th>`,
  );
  return html`<table class="stack" role="table"><thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map(compared)}</tbody></table>
`;
}

function claim({ claim, rows, panels }: ComparedClaim, section: string): Html {
  const id = anchorOf(section, claim);
  const chart = { panels };
  const figure =
    panels.length === 0
      ? null
      : html`<figure>${picture(`${claim}: both runs`, anchorOf('chart', id), intervalsDrawing(chart))}</figure>\n`;
  return html`<h3 id="${id}">${claim}</h3>\n<div class="${figure && 'compared'}">${figure}${table(rows)}</div>\n`;
}

function section({ id, title, claims }: ComparisonSection): Html {
  const all = claims.map((one) => claim(one, id));
  const body =
    id === 'same' && claims.length > 0 ? html`<details><summary>All of them</summary>${all}</details>\n` : all;
  return html`<h2 id="${id}">${title}</h2>\n${body}`;
}

/** Two runs on one page that loads nothing and runs nothing. */
export function renderComparisonPage({ title, before, after, verdicts, notes, sections }: ComparisonView): string {
  const links = sections.map(({ id, title }, at) => html`${at === 0 ? '' : ' · '}<a href="#${id}">${title}</a>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>AuthScale: ${before} and ${after}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><h1>${title}</h1>
<p class="lead"><b>A</b> is ${before}, <b>B</b> is ${after}. ${links}</p></header>
<main>
${verdicts.map((one) => html`<p class="notice">${one}</p>\n`)}${sections.map(section)}<h2 id="notes">What else differs</h2>
${notes.map((note) => html`<p class="note">${note}</p>\n`)}</main>
</body>
</html>
`.text;
}
