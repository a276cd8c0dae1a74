import type { AssumptionView, ProjectionView } from '../projection/projection-view.js';
import { COST_HEADS, LIMIT_HEADS, NEED_HEADS } from '../projection/projection-view.js';
import type { Amount } from '../projection/reckoning.js';
import { SCRIPT } from './calculator.js';
import { type Html, html, sentenceList, trusted } from './html.js';

function amount({ value, interval }: Amount): Html {
  return html`<span class="amount"><span class="value">${value}</span> <span class="interval">${interval === '' ? '' : `(${interval})`}</span></span>`;
}

function amounts(row: readonly Amount[]): Html {
  return html`${row.map((one) => html`<td class="num">${amount(one)}</td>`)}`;
}

function assumption({ input, label, unit, factor, min, max, given, why }: AssumptionView): Html {
  const name = unit === '' ? label : `${label}, ${unit}`;
  const field = html`<input class="live" type="number" name="${input}" aria-label="${name}" data-factor="${factor}" min="${min}" max="${max}" step="any" value="${given}" required autocomplete="off">`;
  return html`<tr><th scope="row">${label}</th><td class="given"><b class="static">${given}</b>${field} ${unit}</td><td>${why}</td></tr>\n`;
}

function headRow(first: string, heads: readonly string[]): Html {
  return html`<tr><th scope="col" class="label">${first}</th>${heads.map((head) => html`<th scope="col" class="num">${head}</th>`)}</tr>`;
}

/** It does not depend on what the reader assumes. */
function costsTable({ subjects, costs }: ProjectionView): Html {
  const rows = costs.map((row, at) => html`<tr><th scope="row">${subjects[at]?.name ?? ''}</th>${amounts(row)}</tr>\n`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What a request costs"><table class="data">
<caption>What a request costs</caption>
<thead>${headRow('Strategy', COST_HEADS)}</thead>
<tbody>${rows}</tbody></table></div>
`;
}

function limitsTable({ subjects, limits }: ProjectionView): Html {
  const rows = limits.map(
    (row, at) =>
      html`<tr data-row="limits" data-subject="${at}"><th scope="row">${subjects[at]?.name ?? ''}</th>${amounts(row)}</tr>\n`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Users that one of each tier carries"><table class="data">
<caption>Users that one of each tier carries</caption>
<thead>${headRow('Strategy', LIMIT_HEADS)}</thead>
<tbody>${rows}</tbody></table></div>
`;
}

function needsTable({ subjects, load, needs }: ProjectionView): Html {
  const rows = needs.map(
    (row, at) =>
      html`<tr data-row="needs" data-subject="${at}"><th scope="row">${subjects[at]?.name ?? ''}</th>${amounts(row)}</tr>\n`,
  );
  return html`<p data-row="load">So many users ask for: ${load.map(amount)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="What it takes for so many users"><table class="data">
<caption>What it takes for so many users</caption>
<thead>${headRow('Strategy', NEED_HEADS)}</thead>
<tbody>${rows}</tbody></table></div>
`;
}

/** Tables by the default assumptions; where the page may run its script, the assumptions become inputs. */
export function projectionSection(view: ProjectionView | null): Html | null {
  if (view === null) return null;
  return html`<section id="calculator" data-subjects="${JSON.stringify(view.subjects)}"><h2 id="projection">What it would take: a calculator</h2>
<p class="question">What would each strategy take, in proportion to what a request cost in this run? ${view.basis}</p>
<p>${view.error}</p>
${costsTable(view)}<table class="assumptions"><caption>Assumptions<span class="live"> (change them: the tables below follow)</span></caption>
<tbody>${view.assumptions.map(assumption)}</tbody></table>
<p class="live" role="status"></p>
<div class="defaults static">
${limitsTable(view)}${needsTable(view)}</div>
<p class="note">In brackets: what the intervals of the measured CPU times make of it. The tier that gives out first is the first
of those that a plain deployment has once: balancer, store and network link. Instances are added as needed.</p>
<h3>What it means</h3>
${sentenceList('', view.means)}<details><summary>How it could mislead</summary>${sentenceList('', view.misleads)}</details>
<script>${trusted(SCRIPT)}</script>
</section>
`;
}
