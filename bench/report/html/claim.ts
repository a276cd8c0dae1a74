import type { Verdict } from '../../contract.js';
import { anchorOf } from '../../words/text.js';
import type { ChartView } from '../chart-view.js';
import { curvesDrawing } from '../charts/curves.js';
import { intervalsDrawing } from '../charts/intervals.js';
import { type Drawing, VARIANTS, type Variant } from '../charts/layout.js';
import { drawSvg } from '../charts/svg.js';
import { timelineDrawing } from '../charts/timelines.js';
import { type ClaimView, type EstimateRow, INTERVALS_NOTE } from '../claim-view.js';
import type { CurveView } from '../curve-view.js';
import type { TimelineView } from '../timeline-view.js';
import { type Html, html, sentenceList, trusted } from './html.js';

interface Chip {
  readonly sign: string;
  readonly style: string;
}

const CHIPS: Readonly<Record<Verdict, Chip>> = {
  true: { sign: '✓', style: 'true' },
  false: { sign: '✗', style: 'false' },
  depends: { sign: '±', style: 'depends' },
  inconclusive: { sign: '?', style: 'inconclusive' },
  'not measured': { sign: '–', style: 'not-measured' },
};

/** Longer tables are folded. */
const MOST_ROWS = 14;

export function chip(verdict: Verdict): Html {
  const { sign, style } = CHIPS[verdict];
  return html`<span class="chip ${style}">${sign} ${verdict}</span>`;
}

const MARKS = {
  interval:
    '<path d="M1 6H21M1 2V10M21 2V10" fill="none" stroke="var(--ink)" stroke-width="1.5"/><circle cx="11" cy="6" r="3.5" fill="var(--ink)"/>',
  round:
    '<circle cx="5" cy="6" r="2" fill="var(--muted)"/><circle cx="11" cy="6" r="2" fill="var(--muted)"/><circle cx="17" cy="6" r="2" fill="var(--muted)"/>',
  predicted: '<path d="M11 .5L16.5 6L11 11.5L5.5 6Z" fill="var(--paper)" stroke="var(--muted)"/>',
  threshold: '<path d="M11 0V12" stroke="var(--muted)" stroke-width="1.5" stroke-dasharray="3 2"/>',
} as const;

function legendItem(mark: keyof typeof MARKS, text: string): Html {
  return html`<span>${trusted(`<svg class="mark" viewBox="0 0 22 12" aria-hidden="true">${MARKS[mark]}</svg>`)}${text}</span>`;
}

function legend({ panels }: ChartView): Html {
  const rows = panels.flatMap((panel) => panel.rows);
  return html`<div class="legend">${[
    legendItem('interval', 'measured, with its interval'),
    legendItem('round', 'each round'),
    ...(rows.some(({ predicted }) => predicted !== null) ? [legendItem('predicted', 'predicted')] : []),
    ...(rows.some(({ thresholds }) => thresholds.length > 0) ? [legendItem('threshold', 'what decides')] : []),
  ]}</div>\n`;
}

/** The same drawing for wide, medium and narrow pages, of which the style sheet shows one. */
function drawings(label: string, id: string, draw: (variant: Variant) => Drawing): Html {
  return html`${VARIANTS.map(
    (variant) =>
      html`<div class="drawing ${variant}" role="img" aria-label="${label}">${trusted(drawSvg(draw(variant), `${id}-${variant}`))}</div>\n`,
  )}`;
}

function chartFigure(chart: ChartView, { id, finding }: ClaimView): Html {
  return html`<figure>${legend(chart)}${drawings(finding, anchorOf('chart', id), (variant) => intervalsDrawing(chart, variant))}</figure>\n`;
}

function curvesFigure(curves: CurveView, id: string): Html {
  const label = curves.ranking === '' ? curves.title : curves.ranking;
  return html`<figure>${drawings(label, anchorOf('curves', id), (variant) => curvesDrawing(curves, variant))}${curves.ranking === '' ? null : html`<p>${curves.ranking}</p>`}</figure>\n`;
}

function timelineFigure(view: TimelineView, finding: string, id: string): Html {
  const events = view.events.map(({ number, text }) => html`<span><b>${number}</b> ${text}</span> `);
  return html`<figure><figcaption>${view.caption}</figcaption>
${drawings(finding, id, (variant) => timelineDrawing(view, variant))}<div class="legend">${events}</div></figure>
`;
}

function estimateRow({ label, place, value, n, predicted, decided }: EstimateRow): Html {
  const style = decided ? 'decided' : '';
  return html`<tr role="row" class="${style}"><th role="rowheader" scope="row">${label}</th><td role="cell">${place}</td><td role="cell" class="num">${value}</td><td role="cell" class="num" data-label="n">${n}</td><td role="cell" class="num"${predicted === '' ? null : html` data-label="predicted"`}>${predicted}</td><td role="cell">${decided ? 'decides' : ''}</td></tr>\n`;
}

const HEADS = [
  { text: 'Number', style: '' },
  { text: 'Where', style: '' },
  { text: 'Measured', style: 'num' },
  { text: 'n', style: 'num' },
  { text: 'Predicted', style: 'num' },
  { text: '', style: '' },
];

function numbers(rows: readonly EstimateRow[]): Html | null {
  if (rows.length === 0) return null;
  const heads = HEADS.map(({ text, style }) => html`<th role="columnheader" scope="col" class="${style}">${text}</th>`);
  const table = html`<table class="stack numbers" role="table"><thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map(estimateRow)}</tbody></table>
<p class="note">${INTERVALS_NOTE}</p>
`;
  return rows.length <= MOST_ROWS
    ? table
    : html`<details><summary>All ${rows.length} numbers</summary>\n${table}</details>\n`;
}

/** The one grammar that all claims share. */
export function claimSection(claim: ClaimView): Html {
  const { id, statement, verdict, finding, because, predictions, chart, curves, timelines } = claim;
  const { rows, misleads, repeat } = claim;
  return html`<section><h2 id="${anchorOf('claim', id)}">${finding}</h2>
<p class="verdict">${chip(verdict)} <b>${statement}</b></p>
<p>${because}</p>
${predictions.map((sentence) => html`<p>${sentence}</p>\n`)}${chart && chartFigure(chart, claim)}${curves && curvesFigure(curves, id)}${timelines.map((view, at) => timelineFigure(view, finding, `${anchorOf('timeline', id)}-${at}`))}${numbers(rows)}${sentenceList('How it could mislead', misleads)}<h3>Measure it again</h3>
<pre tabindex="0"><code>${repeat}</code></pre>
</section>
`;
}
