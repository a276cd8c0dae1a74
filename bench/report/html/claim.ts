import { anchorOf } from '../../words/text.js';
import type { ChartView } from '../chart-view.js';
import { curvesDrawing } from '../charts/curves.js';
import { intervalsDrawing } from '../charts/intervals.js';
import type { Drawing } from '../charts/layout.js';
import { drawSvg } from '../charts/svg.js';
import { timelineDrawing } from '../charts/timelines.js';
import { type ClaimView, type EstimateRow, INTERVALS_NOTE } from '../claim-view.js';
import type { CostCurves } from '../curve-view.js';
import type { Term } from '../terms.js';
import type { TimelineView } from '../timeline-view.js';
import { chip } from './chip.js';
import { type Html, html, sentenceList, trusted } from './html.js';

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

/** Of all charts of claims. */
export const LEGEND = html`<p class="legend">${[
  legendItem('interval', 'measured, with its interval'),
  legendItem('round', 'each round'),
  legendItem('predicted', 'predicted'),
  legendItem('threshold', 'what decides'),
]}</p>\n`;

export function picture(label: string, id: string, drawing: Drawing): Html {
  return html`<div class="drawing" role="img" aria-label="${label}">${trusted(drawSvg(drawing, id))}</div>\n`;
}

function chartFigure(chart: ChartView, { id, headline }: ClaimView): Html {
  return html`<figure>${picture(headline, anchorOf('chart', id), intervalsDrawing(chart))}</figure>\n`;
}

function curvesFigure(curves: CostCurves, id: string): Html {
  const label = curves.ranking === '' ? curves.title : curves.ranking;
  return html`<figure>${picture(label, anchorOf('curves', id), curvesDrawing(curves))}${curves.ranking === '' ? null : html`<p>${curves.ranking}</p>`}</figure>\n`;
}

function timelineFigure(view: TimelineView, finding: string, id: string): Html {
  const events = view.events.map(({ number, text }) => html`<span><b>${number}</b> ${text}</span> `);
  return html`<figure><figcaption>${view.caption}</figcaption>
${picture(finding, id, timelineDrawing(view))}<div class="legend">${events}</div></figure>
`;
}

function estimateRow({ label, place, value, n, predicted, decided }: EstimateRow): Html {
  const start = decided ? html`<tr class="decided">` : html`<tr>`;
  return html`${start}<th scope="row">${label}</th><td>${place}</td><td>${value}</td><td>${n}</td><td>${predicted}</td><td>${decided ? 'decides' : ''}</td></tr>\n`;
}

function numbers(rows: readonly EstimateRow[], id: string): Html | null {
  if (rows.length === 0) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All numbers of ${id}"><table class="numbers"><thead><tr><th scope="col">Number</th><th scope="col">Where</th><th scope="col">Measured</th><th scope="col">n</th><th scope="col">Predicted</th><td></td></tr></thead>
<tbody>${rows.map(estimateRow)}</tbody></table></div>
<p class="note">${INTERVALS_NOTE}</p>
`;
}

function termNote({ term, meaning }: Term): Html {
  return html`<p class="note"><dfn>${term}</dfn>: ${meaning}</p>\n`;
}

/** The one grammar that all claims share. The anchor is inside of what is folded, so that a link to it unfolds it, and stands at its top. */
export function claimSection(claim: ClaimView): Html {
  const { id, statement, verdict, headline, finding, because, terms, predictions, chart, curves, timelines } = claim;
  const { rows, misleads, repeat } = claim;
  const [first, ...others] = predictions;
  const anchor = anchorOf('claim', id);
  return html`<details class="claim"><summary><h3>${headline}</h3><span class="verdict">${chip(verdict)} ${statement}</span></summary>
<div class="body"><a class="anchor" id="${anchor}"></a>${chart && chartFigure(chart, claim)}<div>
<p>${because}</p>
${first === undefined ? null : html`<p>${first}</p>\n`}${terms.map(termNote)}${sentenceList('How it could mislead', misleads)}<p class="repeat">Measure it again: <code>${repeat}</code></p></div>
<details class="more"><summary>All numbers of it</summary>
<p>${finding}</p>
${others.map((sentence) => html`<p>${sentence}</p>\n`)}${curves && curvesFigure(curves, id)}${timelines.map((view, at) => timelineFigure(view, headline, `${anchorOf('timeline', id)}-${at}`))}${numbers(rows, id)}</details>
</div></details>
`;
}
