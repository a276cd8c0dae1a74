import type { ClaimView, EvidenceView } from './claim-view.js';
import type { ExperimentView } from './experiment-view.js';
import type { EstimateText } from './numbers.js';
import { LIMIT_HEADS, NEED_HEADS, type ProjectionView } from './projection/projection-view.js';
import type { Amount } from './projection/reckoning.js';
import { countNote, type TableCell, type TableView } from './table-view.js';
import { capitalise } from './text.js';
import type { FactGroup, ReportView } from './view.js';

const SPECIAL = /[\\`*_[\]<>|~&$]/g;
const BLOCK_START = /^([#+=-]|\d+(?=[.)]))/;

/** Foreign text as text: no markup, no HTML, no further table cell. */
function plain(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

/** The same where a line begins, so that it begins no heading, list or quotation. */
function paragraph(text: string): string {
  return plain(text).replace(BLOCK_START, (_all, mark: string) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}

function code(text: string): string {
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = fence.length > 1 ? ' ' : '';
  return fence + pad + text.replaceAll('|', '\\|') + pad + fence;
}

function estimateText({ value, unit, interval, n }: EstimateText): string {
  return `**${value}**${unit === '' ? '' : ` ${plain(unit)}`} (${interval}), n ${n}`;
}

function table(head: readonly string[], align: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(align), ...rows.map(line)].join('\n');
}

function bullets(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0
    ? []
    : [`### ${title}`, sentences.map((sentence) => `- ${paragraph(sentence)}`).join('\n')];
}

function evidenceCell(evidence: readonly EvidenceView[]): string {
  const numbers = evidence.map(
    ({ estimate, metric, place }) => `${estimateText(estimate)}<br>${plain(`${metric}; ${place}`)}`,
  );
  return numbers.join('<br>') || '–';
}

function verdicts(claims: readonly ClaimView[]): string[] {
  if (claims.length === 0) return [];
  const rows = claims.map((claim) => [
    `**${claim.verdict}**`,
    `${plain(claim.statement)}<br>${plain(claim.because)}`,
    plain(claim.prediction),
    evidenceCell(claim.deciding),
    claim.repeat === null ? '–' : code(claim.repeat),
  ]);
  const head = ['Verdict', 'Claim', 'Predicted', 'Measured', 'Test it again'];
  return [
    table(
      head,
      head.map(() => '---'),
      rows,
    ),
  ];
}

function tableCell(cell: TableCell, sharedN: string | null): string {
  if (cell.kind !== 'estimate') return plain(cell.text);
  const { value, interval, n } = cell.estimate;
  const text = `**${value}** (${interval})${sharedN === null ? `, n ${n}` : ''}`;
  return cell.isExcluded ? `${text} (left out)` : text;
}

function dataTable({ head, rows, sharedN, note }: TableView): string[] {
  const align = head.map(({ kind }) => (kind === 'label' ? '---' : '---:'));
  const lines = rows.map((row) => row.map((cell) => tableCell(cell, sharedN)));
  return [
    table(
      head.map(({ text }) => plain(text)),
      align,
      lines,
    ),
    plain(`${countNote(sharedN)} ${note}`.trim()),
  ];
}

function statusLine({ status, reason }: ExperimentView): string[] {
  if (status === 'measured') return reason === null ? [] : [`> **Left out:** ${plain(reason)}`];
  return [
    `> **This experiment ${status === 'failed' ? 'failed' : 'was skipped'}:** ${plain(reason ?? 'no reason was recorded.')}`,
  ];
}

function experiment(view: ExperimentView): string[] {
  const predictions = new Set(
    view.charts.flatMap(({ legend }) => legend.flatMap(({ mark, text }) => (mark === 'predicted' ? [text] : []))),
  );
  const counts = view.checks.map(({ name, passed, cells }) => `${name} ${passed} of ${cells}`).join(', ');
  const failed = view.failedChecks.map(({ place, name, detail }) => `${place}: ${name}. ${detail}`);
  return [
    `## ${plain(view.title)}`,
    `*${plain(view.question)}*`,
    ...statusLine(view),
    ...view.tables.flatMap(dataTable),
    ...[...predictions].map((text) => `${capitalise(plain(text))}.`),
    ...bullets('What it means', view.means),
    ...bullets('How it could mislead', view.misleads),
    ...(counts === '' ? [] : [`Checks passed: ${plain(counts)}.`]),
    ...bullets('Failed checks: these cells take no part in verdicts', failed),
  ];
}

function amount({ value, interval }: Amount): string {
  return interval === '' ? plain(value) : `**${plain(value)}** (${plain(interval)})`;
}

function projection(view: ProjectionView | null): string[] {
  if (view === null) return [];
  const { subjects, assumptions, limits, needs } = view;
  const numeric = (heads: readonly string[]) => heads.map(() => '---:');
  const given = assumptions.map(({ label, given, unit, why }) => [label, `${given} ${unit}`.trim(), why].map(plain));
  const carried = limits.map((row, at) => [plain(subjects[at]?.name ?? ''), ...row.map(amount)]);
  const needed = needs.flatMap(({ usersText, rows }) =>
    rows.map((row, at) => [plain(usersText), plain(subjects[at]?.name ?? ''), ...row.map(amount)]),
  );
  return [
    '## From ten thousand users to a billion',
    '*What would each strategy take, in proportion to what a request cost in this run? report.html computes it for other assumptions.*',
    table(['Assumption', 'Value', 'Why'], ['---', '---:', '---'], given),
    'Users that one of each tier carries:',
    table(['Strategy', ...LIMIT_HEADS], ['---', ...numeric(LIMIT_HEADS)], carried),
    'What it takes for so many users:',
    table(['Users', 'Strategy', ...NEED_HEADS], ['---', '---', ...numeric(NEED_HEADS)], needed),
    ...bullets('What it means', view.means),
    ...bullets('How it could mislead', view.misleads),
  ];
}

function evidence(claims: readonly ClaimView[]): string[] {
  const rows = claims.flatMap(({ statement, evidence }) =>
    evidence.map((item) => [plain(statement), plain(item.metric), plain(item.place), estimateText(item.estimate)]),
  );
  if (rows.length === 0) return [];
  const head = ['Claim', 'Metric', 'Where', 'Measured'];
  return ['## The numbers behind each verdict', table(head, ['---', '---', '---', '---:'], rows)];
}

function facts({ title, facts }: FactGroup): string[] {
  const rows = facts.map(({ name, value }) => [plain(name), plain(value)]);
  return [table([title, ''], ['---', '---'], rows)];
}

/** The report for places that show Markdown: the same content as the page, without the drawings. */
export function renderMarkdown(view: ReportView): string {
  const { run, notices, answer, claims, experiments, provenance } = view;
  const blocks = [
    '# How authentication behaves when one server becomes many',
    `AuthScale report, ${plain(run.profile)} run of ${plain(run.startedAt)}`,
    ...notices.map((notice) => `> **${plain(notice)}**`),
    ...answer.map(paragraph),
    '## Verdicts',
    'Every number stands with its interval in brackets and the number of observations n: 95 % intervals, and 99 % for all together where a verdict asks several.',
    ...verdicts(claims),
    ...experiments.flatMap(experiment),
    ...projection(view.projection),
    ...evidence(claims),
    '## Machine, versions, and how to repeat it',
    `Repeat this run: ${code(run.repeat)}`,
    ...provenance.flatMap(facts),
  ];
  return `${blocks.join('\n\n')}\n`;
}
