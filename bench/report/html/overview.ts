import { anchorOf } from '../../words/text.js';
import { curvesDrawing } from '../charts/curves.js';
import { drawSvg } from '../charts/svg.js';
import type { CurveView } from '../curve-view.js';
import type { ClinicView, Symptom } from '../overview/clinic.js';
import type { Advice, Advised } from '../overview/guide.js';
import type { MatrixCell, MatrixColumn, MatrixRow, MatrixView } from '../overview/matrix.js';
import type { Met } from '../overview/reading.js';
import { MET_SIGNS, VERDICT_SIGNS } from '../signs.js';
import type { ChipGroup, ReportView } from '../view.js';
import { type Html, html, trusted } from './html.js';

const MET: Readonly<Record<Met, string>> = { yes: 'good', no: 'bad', open: 'not told' };

/** Of the matrix. */
const LEGEND = html`<p class="meta">✓ and ✗ by <a href="#guide">these limits</a>; of CPU (instance and Redis) and memory ✓ is the least, and what is not told from it. Under a number its interval; ▸ is beyond the scale.</p>\n`;

function claimLink(id: string, text: string | Html, style = ''): Html {
  return html`<a class="${style}" href="#${anchorOf('claim', id)}">${text}</a>`;
}

/** Number and interval between nothing and the largest of the column: a share as a bar, what lies beyond as an arrow. */
function spark({ at, value }: MatrixCell, colour: string): Html {
  const percent = (part: number) => `${(100 * Math.min(1, part)).toFixed(1)}%`;
  const hue = `var(--c-${colour})`;
  const whisker = (stroke: string) =>
    `<line x1="${percent(at.low)}" x2="${percent(at.high)}" y1="4" y2="4" stroke="${stroke}"/>`;
  const marks = value.includes('%')
    ? `<rect width="100%" height="8" fill="var(--rule)"/><rect width="${percent(at.value)}" height="8" fill="${hue}"/>${whisker('var(--ink)')}`
    : at.value > 1
      ? `<svg x="100%" overflow="visible"><path d="M-7 0L0 4L-7 8Z" fill="${hue}"/></svg>`
      : `${whisker(hue)}<circle cx="${percent(at.value)}" cy="4" r="3" fill="${hue}"/>`;
  return trusted(`<svg class="spark" aria-hidden="true">${marks}</svg>`);
}

function cell(found: MatrixCell | string, { title, unit, claim, isLeast }: MatrixColumn, { colour }: MatrixRow): Html {
  const label = `${title}, ${unit}`;
  if (typeof found === 'string') {
    const design = found === '' ? null : html`<span class="what">by design ${found}</span>`;
    return html`<td role="cell" data-label="${label}" class="none">${claimLink(claim, 'not measured')}${design}</td>`;
  }
  // Who has more than the least is not wrong.
  const mark =
    isLeast && found.met !== 'yes'
      ? null
      : html`<span class="met ${found.met}"><span aria-hidden="true">${MET_SIGNS[found.met]}</span><span class="unseen">${isLeast ? 'least' : MET[found.met]}:</span></span>&nbsp;`;
  return html`<td role="cell" data-label="${label}">${mark}${claimLink(found.claim, found.value)}${spark(found, colour)}<span class="interval">${found.interval}</span></td>`;
}

function row(one: MatrixRow, columns: readonly MatrixColumn[]): Html {
  const { strategy, colour, summary, cells, suits } = one;
  const found = columns.map((column, at) => cell(cells[at] ?? '', column, one));
  return html`<tr role="row"><th role="rowheader" scope="row"><span class="swatch" style="background:var(--c-${colour})"></span>${strategy} <span class="what">${summary}</span></th>${found}<td role="cell" class="suits" data-label="Choose it if">${suits}</td></tr>\n`;
}

function matrixTable({ columns, rows }: MatrixView): Html {
  const heads = columns.map(
    ({ title, unit }) => html`<th role="columnheader" scope="col">${title}<span class="what">${unit}</span></th>`,
  );
  return html`<table class="matrix" role="table"><caption class="unseen">Strategies by what was measured of them</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Strategy</th>${heads}<th role="columnheader" scope="col">Choose it if</th></tr></thead>
<tbody role="rowgroup">
${rows.map((one) => row(one, columns))}</tbody></table>
`;
}

/** What breaks with which strategy. */
function breaksList(breaks: readonly string[]): Html | null {
  if (breaks.length === 0) return null;
  return html`<div class="breaks"><h2>Seen to break</h2><ul>${breaks.map((one) => html`<li>${one}</li>\n`)}</ul></div>\n`;
}

function reachFigure(reach: CurveView, title: string): Html {
  return html`<figure class="reach"><div role="img" aria-label="${title}">${trusted(drawSvg(curvesDrawing(reach), 'reach'))}</div></figure>\n`;
}

function chipRow({ group, chips }: ChipGroup): Html {
  const items = chips.map(
    ({ id, statement, verdict }) =>
      html`<li><a class="chip ${verdict.replace(' ', '-')}" href="#${anchorOf('claim', id)}" title="${statement}: ${verdict}"><span aria-hidden="true">${VERDICT_SIGNS[verdict]}</span> ${id}<span class="unseen">: ${verdict}</span></a></li>`,
  );
  return html`<div><dt>${group}</dt><dd><ul>${items}</ul></dd></div>\n`;
}

/** What textbooks assert, and this run found to be otherwise. */
function falseList(ledger: readonly ChipGroup[]): Html | null {
  const wrong = ledger.flatMap(({ chips }) => chips).filter(({ verdict }) => verdict === 'false');
  if (wrong.length === 0) return null;
  return html`<div class="breaks"><h2>Claimed, and false here</h2><ul>${wrong.map(({ id, statement }) => html`<li>${claimLink(id, statement)}</li>\n`)}</ul></div>\n`;
}

/** What is seen without scrolling: who is signed in, what breaks, what it costs, and which claims hold. */
export function firstScreen({ title, breaks, matrix, reach, ledger, reasons, machine, count }: ReportView): Html {
  const open = reasons.length === 0 ? null : html` Not measured: ${reasons.join('; ')}.`;
  return html`<div class="first">${matrix && matrixTable(matrix)}<div class="aside">${breaksList(breaks)}${reach && reachFigure(reach, title)}${falseList(ledger)}</div></div>
${matrix && LEGEND}<dl class="ledger">${ledger.map(chipRow)}</dl>
<p class="meta">Signs of claims: ✓ true, ✗ false, ± depends, ? inconclusive, – not measured. ${count}${open} Measured on ${machine}.</p>
`;
}

function advised(list: readonly Advised[]): Html {
  if (list.length === 0) return html`<span class="none">–</span>`;
  return html`${list.map(({ strategy, value }, at) => html`${at === 0 ? '' : ', '}<b>${strategy}</b> (${value})`)}`;
}

function adviceRow({ need, held, take, avoid, open, claims }: Advice): Html {
  const links = claims.map((id, at) => html`${at === 0 ? '' : ', '}${claimLink(id, id)}`);
  const untold = open.length === 0 ? null : html`<br>Not told: ${advised(open)}`;
  return html`<tr role="row"><th role="rowheader" scope="row">If ${need}<span class="what">${held} · ${links}</span></th><td role="cell" data-label="take">${advised(take)}${untold}</td><td role="cell" data-label="not">${advised(avoid)}</td></tr>\n`;
}

/** "If you must log out at once …": what gives it and what does not, each with its number. */
export function guideSection(guide: readonly Advice[]): Html | null {
  if (guide.length === 0) return null;
  return html`<h2 id="guide">Which one, if …</h2>
<p>By the numbers of this run, each held against the limit that is told with it. What a row does not name was not measured.</p>
<table class="stack guide" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Need</th><th role="columnheader" scope="col">Gives it</th><th role="columnheader" scope="col">Does not</th></tr></thead>
<tbody role="rowgroup">
${guide.map(adviceRow)}</tbody></table>
`;
}

function symptomRow({ told, cause, seen, mends, claim }: Symptom): Html {
  return html`<tr role="row"><th role="rowheader" scope="row">${told}</th><td role="cell">${cause}.</td><td role="cell">${seen ?? 'Not measured in this run.'} ${claimLink(claim, claim)}</td><td role="cell" data-label="mended by">${mends}.</td></tr>\n`;
}

/** For whoever came because users are logged out. */
export function clinicSection({ check, reads, symptoms }: ClinicView): Html {
  return html`<h2 id="clinic">Users logged out at random?</h2>
<p>Sign in once and ask for a page that needs it, eight times:</p>
<pre tabindex="0"><code>${check.join('\n')}</code></pre>
<ul>${reads.map((one) => html`<li>${one}</li>\n`)}</ul>
<table class="stack clinic" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Who is logged out</th><th role="columnheader" scope="col">Why</th><th role="columnheader" scope="col">In this run</th><th role="columnheader" scope="col">What mends it</th></tr></thead>
<tbody role="rowgroup">
${symptoms.map(symptomRow)}</tbody></table>
`;
}
