import { anchorOf } from '../words/text.js';
import { curvesDrawing } from './charts/curves.js';
import { intervalsDrawing } from './charts/intervals.js';
import { drawSvgFile } from './charts/svg.js';
import { type ClaimView, sentenceOf } from './claim-view.js';
import { code, list, paragraph, plain, table, titledList } from './markdown-text.js';
import type { ClinicView } from './overview/clinic.js';
import type { Advice, Advised } from './overview/guide.js';
import type { MatrixCell, MatrixView } from './overview/matrix.js';
import { COST_HEADS, LIMIT_HEADS, type ProjectionView } from './projection/projection-view.js';
import type { Amount } from './projection/reckoning.js';
import type { FactGroup } from './provenance.js';
import { MET_SIGNS } from './signs.js';
import type { ReportView } from './view.js';

/** The folder of the pictures, beside the report. */
export const PICTURES = 'charts';

/** A file beside the report that it shows. */
export interface Picture {
  /** Relative to the report. */
  readonly path: string;
  readonly svg: string;
}

export interface MarkdownReport {
  readonly text: string;
  readonly pictures: readonly Picture[];
}

const REACH_PATH = `${PICTURES}/reach.svg`;
const NOTHING = '–';

function matrix(view: MatrixView | null): string[] {
  if (view === null) return [];
  const { columns, rows } = view;
  const cell = (one: MatrixCell | string, isLeast: boolean) => {
    if (typeof one === 'string') return one === '' ? NOTHING : plain(`(by design ${one})`);
    const mark = isLeast ? (one.met === 'yes' ? ' (least)' : '') : `${MET_SIGNS[one.met]} `;
    return plain(isLeast ? `${one.value}${mark}` : `${mark}${one.value}`);
  };
  const heads = columns.map(({ title, unit }) => ({ text: `${title}, ${unit}`, isNumber: true }));
  return [
    table(
      [{ text: 'Strategy' }, ...heads, { text: 'Choose it if' }],
      rows.map(({ strategy, summary, cells, suits }) => [
        `**${plain(strategy)}**: ${plain(summary)}`,
        ...cells.map((one, at) => cell(one, columns[at]?.isLeast ?? false)),
        plain(suits),
      ]),
    ),
  ];
}

function ledger(claims: readonly ClaimView[]): string[] {
  if (claims.length === 0) return [];
  const rows = claims.map(({ verdict, statement, headline }) => [`**${verdict}**`, plain(statement), plain(headline)]);
  return [table([{ text: 'Verdict' }, { text: 'Claim' }, { text: 'Found' }], rows)];
}

function picturePath(id: string): string {
  return `${PICTURES}/${anchorOf('claim', id)}.svg`;
}

/** Whether a file of that folder may be one that a report wrote. */
export function isPicture(name: string): boolean {
  return /^(?:reach|claim-[a-z0-9-]+)\.svg$/.test(name);
}

function claim(view: ClaimView): string[] {
  const { id, statement, verdict, headline, because, terms, predictions, curves, timelines, chart, misleads, repeat } =
    view;
  return [
    `### ${plain(headline)}`,
    `**${verdict}**: ${plain(statement)}. ${plain(because)}`,
    ...predictions.map(paragraph),
    ...terms.map(({ term, meaning }) => `*${plain(term)}*: ${plain(meaning)}`),
    ...(chart === null ? [] : [`![${plain(headline)}](${picturePath(id)})`]),
    ...(curves?.ranking ? [paragraph(curves.ranking)] : []),
    ...timelines.flatMap(({ caption, events }) => [`${plain(caption)}:`, list(events.map(({ text }) => text))]),
    ...(misleads.length === 0 ? [] : [`How it could mislead: ${plain(misleads.join(' '))}`]),
    `Measure it again: ${code(repeat)}`,
  ];
}

function guide(advice: readonly Advice[]): string[] {
  if (advice.length === 0) return [];
  const named = (list: readonly Advised[]) =>
    list.length === 0 ? NOTHING : list.map(({ strategy, value }) => plain(`${strategy} (${value})`)).join(', ');
  return [
    '## Which one, if …',
    table(
      [{ text: 'Need' }, { text: 'Gives it' }, { text: 'Does not' }, { text: 'Not told' }],
      advice.map(({ need, held, take, avoid, open }) => [
        plain(`If ${need} (${held})`),
        named(take),
        named(avoid),
        named(open),
      ]),
    ),
  ];
}

function clinic({ check, reads, symptoms }: ClinicView): string[] {
  return [
    '## Users logged out at random?',
    'Sign in once and ask for a page that needs it, eight times:',
    ['```sh', ...check, '```'].join('\n'),
    list(reads),
    table(
      [{ text: 'Who is logged out' }, { text: 'Why' }, { text: 'In this run' }, { text: 'What mends it' }],
      symptoms.map(({ told, cause, seen, mends }) => [told, cause, seen ?? 'not measured', mends].map(plain)),
    ),
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
  const { subjects, assumptions, costs, limits, basis, error } = view;
  const bySubject = (heads: readonly string[], rows: readonly (readonly Amount[])[]) =>
    table(
      [{ text: 'Strategy' }, ...heads.map((text) => ({ text, isNumber: true }))],
      rows.map((row, at) => [plain(subjects[at]?.name ?? ''), ...row.map(amount)]),
    );
  const given = assumptions.map(({ label, given, unit, why }) => [label, `${given} ${unit}`.trim(), why].map(plain));
  return [
    '## What it would take',
    `*In proportion to what a request cost in this run. ${plain(basis)} report.html computes it for other assumptions.*`,
    paragraph(error),
    bySubject(COST_HEADS, costs),
    table([{ text: 'Assumption' }, { text: 'Value', isNumber: true }, { text: 'Why' }], given),
    'Users that one of each tier carries:',
    bySubject(LIMIT_HEADS, limits),
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

/** The report for places that show Markdown, such as a pull request: what the page says, with its drawings as files; its tables of all numbers stay there. */
export function renderMarkdown(view: ReportView): MarkdownReport {
  const { run, title, breaks, notices, count, claims, checks, provenance, reach } = view;
  const blocks = [
    `# ${plain(title)}`,
    ...(breaks.length === 0 ? [] : [list(breaks)]),
    ...notices.map((notice) => `> **${plain(notice)}**`),
    ...matrix(view.matrix),
    ...(reach === null ? [] : [`![${plain(title)}](${REACH_PATH})`]),
    count,
    ...ledger(claims),
    ...guide(view.guide),
    ...clinic(view.clinic),
    ...(claims.length === 0 ? [] : ['## Claim by claim']),
    ...claims.flatMap(claim),
    ...open(view),
    ...projection(view.projection),
    '## Checks',
    plain(checks.summary),
    ...titledList('The checks that failed', checks.failed),
    '## Machine, versions, and how to repeat it',
    `AuthScale report of ${plain(run.startedAt)}. Repeat this run: ${code(run.repeat)}`,
    ...provenance.map(facts),
  ];
  return { text: `${blocks.join('\n\n')}\n`, pictures: drawPictures(view) };
}

function drawPictures({ reach, claims }: ReportView): Picture[] {
  return [
    ...(reach === null ? [] : [{ path: REACH_PATH, svg: drawSvgFile(curvesDrawing(reach)) }]),
    ...claims.flatMap(({ id, chart }) =>
      chart === null ? [] : [{ path: picturePath(id), svg: drawSvgFile(intervalsDrawing(chart)) }],
    ),
  ];
}
