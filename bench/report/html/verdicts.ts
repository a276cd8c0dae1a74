import type { Verdict } from '../../contract.js';
import type { ClaimView, EvidenceView } from '../claim-view.js';
import { anchorOf } from '../text.js';
import { type Html, html } from './html.js';

const CHIPS: Readonly<Record<Verdict, { readonly sign: string; readonly style: string }>> = {
  holds: { sign: '✓', style: 'holds' },
  fails: { sign: '✗', style: 'fails' },
  depends: { sign: '±', style: 'depends' },
  'not measured': { sign: '–', style: 'not-measured' },
};

function chip(verdict: Verdict): Html {
  const { sign, style } = CHIPS[verdict];
  return html`<span class="chip ${style}">${sign} ${verdict}</span>`;
}

function number({ estimate: { value, unit, interval, n } }: EvidenceView): Html {
  return html`<span class="value">${value}</span>${unit === '' ? null : ` ${unit}`} <span class="interval">(${interval}) n&nbsp;${n}</span>`;
}

function measured({ id, deciding, evidence }: ClaimView): Html {
  if (deciding.length === 0) return html`–`;
  const numbers = deciding.map(
    (item) => html`<p>${number(item)}<span class="where">${item.metric}; ${item.place}</span></p>`,
  );
  const isComplete = evidence.length === deciding.length;
  const link = html`<a class="where" href="#${anchorOf('evidence', id)}">All ${evidence.length} numbers</a>`;
  return html`${numbers}${isComplete ? null : link}`;
}

function verdictRow(claim: ClaimView): Html {
  const { id, verdict, statement, prediction, because, repeat } = claim;
  return html`<tr role="row" id="${anchorOf('claim', id)}">
<td role="cell">${chip(verdict)}</td>
<td role="cell"><p class="statement">${statement}</p><p>${because}</p>${repeat === null ? null : html`<code>${repeat}</code>`}</td>
<td role="cell" data-label="Predicted">${prediction}</td>
<td role="cell" data-label="Measured">${measured(claim)}</td>
</tr>
`;
}

/** The roles repeat what the elements are: browsers forget it when the style sheet stacks the table on a phone. */
export function verdictTable(claims: readonly ClaimView[]): Html | null {
  if (claims.length === 0) return null;
  return html`<table class="verdicts" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader">Verdict</th><th role="columnheader">Claim</th><th role="columnheader">Predicted</th><th role="columnheader">Measured</th></tr></thead>
<tbody role="rowgroup">
${claims.map(verdictRow)}</tbody></table>
`;
}

function evidenceGroup({ id, statement, evidence }: ClaimView): Html {
  const rows = evidence.map(
    (item) => html`<tr><td>${item.metric}</td><td>${item.place}</td><td class="num">${number(item)}</td></tr>\n`,
  );
  return html`<tbody id="${anchorOf('evidence', id)}"><tr><th colspan="3" scope="rowgroup"><b>${statement}</b></th></tr>
${rows}</tbody>
`;
}

export function evidenceTable(claims: readonly ClaimView[]): Html | null {
  const supported = claims.filter(({ evidence }) => evidence.length > 0);
  if (supported.length === 0) return null;
  return html`<h2 id="evidence">The numbers behind each verdict</h2>
<div class="scroll"><table class="data evidence"><thead><tr><th>Metric</th><th>Where</th><th class="num">Measured</th></tr></thead>
${supported.map(evidenceGroup)}</table></div>
`;
}
