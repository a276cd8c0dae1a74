import type { ChartView, LegendItem } from '../chart-view.js';
import { VARIANTS } from '../charts/layout.js';
import { drawChart } from '../charts/svg.js';
import type { CheckTally, ExperimentView, FailedCheck } from '../experiment-view.js';
import { countNote, type TableCell, type TableView } from '../table-view.js';
import { anchorOf } from '../text.js';
import { type Html, html, trusted } from './html.js';

const LEGEND_MARKS: Readonly<Record<LegendItem['mark'], string>> = {
  dot: '<path d="M11 0V12M6 .75H16M6 11.25H16" stroke="var(--ink)" stroke-width="1.5"/><circle cx="11" cy="6" r="3" fill="var(--ink)"/>',
  bar: '<path d="M0 1.5H16V10.5H0Z" fill="var(--muted)"/><path d="M12 6H20M12 2V10M20 2V10" stroke="var(--ink)" stroke-width="1.5"/>',
  predicted:
    '<path d="M0 6H22" stroke="var(--muted)" stroke-dasharray="4 3"/><path d="M11 .5L16.5 6L11 11.5L5.5 6Z" fill="var(--paper)" stroke="var(--muted)"/>',
  reference: '<path d="M11 0V12" stroke="var(--muted)" stroke-width="1.5" stroke-dasharray="3 2"/>',
  limit: '<path d="M0 6H22" stroke="var(--muted)" stroke-width="1.5" stroke-dasharray="4 3"/>',
  excluded: '<circle cx="11" cy="6" r="4" fill="var(--paper)" stroke="var(--ink)" stroke-width="1.5"/>',
};

function legendItem({ mark, text }: LegendItem): Html {
  const drawing = trusted(`<svg class="mark" viewBox="0 0 22 12" aria-hidden="true">${LEGEND_MARKS[mark]}</svg>`);
  return html`<span>${drawing}${text}</span>`;
}

function figure(chart: ChartView, id: string): Html {
  const variants = VARIANTS.map(
    (variant) =>
      html`<div class="drawing ${variant}" role="img" aria-label="${chart.caption}. The numbers are in the table below.">${trusted(drawChart(chart, variant, `${id}-${variant}`))}</div>\n`,
  );
  return html`<figure><figcaption>${chart.caption}</figcaption>
<div class="legend">${chart.legend.map(legendItem)}</div>
${variants}</figure>
`;
}

function tableCell(cell: TableCell, sharedN: string | null): Html {
  if (cell.kind === 'label') return html`<th scope="row">${cell.text}</th>`;
  if (cell.kind === 'number') return html`<td class="num">${cell.text}</td>`;
  const { value, interval, n } = cell.estimate;
  const style = cell.isExcluded ? 'num left-out' : 'num';
  const number = cell.isExcluded ? html`<s class="value">${value}</s>` : html`<span class="value">${value}</span>`;
  const count = sharedN === null ? html` n&nbsp;${n}` : null;
  return html`<td class="${style}">${number} <span class="interval">(${interval})${count}</span></td>`;
}

function dataTable({ head, rows, sharedN, note }: TableView): Html {
  const heads = head.map(
    ({ kind, text }) => html`<th scope="col" class="${kind === 'number' ? 'num' : 'label'}">${text}</th>`,
  );
  const body = rows.map((row) => html`<tr>${row.map((cell) => tableCell(cell, sharedN))}</tr>\n`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Data table"><table class="data"><thead><tr>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>
<p class="note">${countNote(sharedN)} ${note}</p>
`;
}

export function sentenceList(title: string, sentences: readonly string[]): Html | null {
  if (sentences.length === 0) return null;
  return html`<h3>${title}</h3>\n<ul>${sentences.map((sentence) => html`<li>${sentence}</li>\n`)}</ul>\n`;
}

function checks(tallies: readonly CheckTally[], failed: readonly FailedCheck[]): Html | null {
  if (tallies.length === 0) return null;
  const counts = tallies.map(({ name, passed, cells }) => `${name} ${passed} of ${cells}`).join(' · ');
  const rows = failed.map(({ place, name, detail }) => html`<li><b>${place}</b>: ${name}. ${detail}</li>\n`);
  const failures =
    rows.length === 0
      ? null
      : html`<p>These cells failed a check. They are shown and marked, and take no part in verdicts:</p>\n<ul>${rows}</ul>\n`;
  return html`<h3>Checks passed</h3>\n<p class="note">${counts}</p>\n${failures}`;
}

const STATUS_SENTENCE: Readonly<Record<ExperimentView['status'], string>> = {
  measured: 'Left out',
  skipped: 'This experiment was skipped',
  failed: 'This experiment failed',
};

function statusNotice({ status, reason }: ExperimentView): Html | null {
  if (reason === null && status === 'measured') return null;
  return html`<p class="notice"><b>${STATUS_SENTENCE[status]}:</b> ${reason ?? 'no reason was recorded.'}</p>\n`;
}

export function experimentSection(view: ExperimentView, index: number): Html {
  return html`<section><h2 id="${anchorOf('experiment', view.id)}">${view.title}</h2>
<p class="question">${view.question}</p>
${statusNotice(view)}${view.charts.map((chart, at) => figure(chart, `chart-${index}-${at}`))}${view.tables.map(dataTable)}${sentenceList('What it means', view.means)}${sentenceList('How it could mislead', view.misleads)}${checks(view.checks, view.failedChecks)}</section>
`;
}
