import { type ClaimView, type EstimateRow, INTERVALS_NOTE, sentenceOf } from './claim-view.js';
import { code, type Head, list, paragraph, plain, table, titledList } from './markdown-text.js';
import { COST_HEADS, LIMIT_HEADS, NEED_HEADS, type ProjectionView } from './projection/projection-view.js';
import type { Amount } from './projection/reckoning.js';
import type { FactGroup } from './provenance.js';
import type { ReportView } from './view.js';

const NUMBER_HEADS: readonly Head[] = [
  { text: 'Number' },
  { text: 'Where' },
  { text: 'Measured', isNumber: true },
  { text: 'n', isNumber: true },
  { text: 'Predicted', isNumber: true },
  { text: '' },
];

function ledger(claims: readonly ClaimView[]): string[] {
  if (claims.length === 0) return [];
  const rows = claims.map(({ verdict, statement, finding }) => [`**${verdict}**`, plain(statement), plain(finding)]);
  return [table([{ text: 'Verdict' }, { text: 'Claim' }, { text: 'Found' }], rows)];
}

function numberRow({ label, place, value, n, predicted, decided }: EstimateRow): string[] {
  const measured = decided ? `**${plain(value)}**` : plain(value);
  return [plain(label), plain(place), measured, n, plain(predicted), decided ? 'decides' : ''];
}

function claim(view: ClaimView): string[] {
  const { statement, verdict, finding, because, predictions, curves, timelines, rows, misleads, repeat } = view;
  return [
    `## ${plain(finding)}`,
    `**${verdict}**: ${plain(statement)}`,
    paragraph(because),
    ...predictions.map(paragraph),
    ...(curves?.ranking ? [paragraph(curves.ranking)] : []),
    ...timelines.flatMap(({ caption, events }) => [`${plain(caption)}:`, list(events.map(({ text }) => text))]),
    ...(rows.length === 0 ? [] : [table(NUMBER_HEADS, rows.map(numberRow)), INTERVALS_NOTE]),
    ...titledList('How it could mislead', misleads),
    `Measure it again: ${code(repeat)}`,
  ];
}

function open({ open }: ReportView): string[] {
  if (open.length === 0) return [];
  const groups = open.flatMap(({ group, because, claims }) => [
    `### ${plain(group)}`,
    paragraph(sentenceOf(because)),
    list(claims.map(({ statement }) => statement)),
  ]);
  return ['## Not measured', ...groups];
}

function amount({ value, interval }: Amount): string {
  return interval === '' ? plain(value) : `**${plain(value)}** (${plain(interval)})`;
}

function projection(view: ProjectionView | null): string[] {
  if (view === null) return [];
  const { subjects, assumptions, costs, limits, load, needs, basis } = view;
  const bySubject = (heads: readonly string[], rows: readonly (readonly Amount[])[]) =>
    table(
      [{ text: 'Strategy' }, ...heads.map((text) => ({ text, isNumber: true }))],
      rows.map((row, at) => [plain(subjects[at]?.name ?? ''), ...row.map(amount)]),
    );
  const given = assumptions.map(({ label, given, unit, why }) => [label, `${given} ${unit}`.trim(), why].map(plain));
  return [
    '## What it would take',
    `*In proportion to what a request cost in this run. ${plain(basis)} report.html computes it for other assumptions.*`,
    bySubject(COST_HEADS, costs),
    table([{ text: 'Assumption' }, { text: 'Value', isNumber: true }, { text: 'Why' }], given),
    'Users that one of each tier carries:',
    bySubject(LIMIT_HEADS, limits),
    `So many users ask for ${load.map(amount).join(', ')}. What it takes:`,
    bySubject(NEED_HEADS, needs),
    ...titledList('What it means', view.means),
    ...titledList('How it could mislead', view.misleads),
  ];
}

function facts({ title, facts }: FactGroup): string {
  return table(
    [{ text: title }, { text: '' }],
    facts.map(({ name, value }) => [plain(name), plain(value)]),
  );
}

/** The report for places that show Markdown: the same content as the page, without the drawings. */
export function renderMarkdown(view: ReportView): string {
  const { run, notices, count, claims, checks, provenance } = view;
  const blocks = [
    '# How authentication behaves when one server becomes many',
    `AuthScale report of ${plain(run.startedAt)}`,
    ...notices.map((notice) => `> **${plain(notice)}**`),
    count,
    ...ledger(claims),
    ...claims.flatMap(claim),
    ...open(view),
    ...projection(view.projection),
    '## Checks',
    plain(checks.summary),
    ...titledList('The checks that failed', checks.failed),
    '## Machine, versions, and how to repeat it',
    `Repeat this run: ${code(run.repeat)}`,
    ...provenance.map(facts),
  ];
  return `${blocks.join('\n\n')}\n`;
}
