import type { Verdict } from '../contract.js';
import type { ClaimView } from './claim-view.js';
import { GAP, joinColumns, type Paint, painter, wrap } from './columns.js';
import type { OpenGroup, ReportView } from './view.js';

export interface SummaryOptions {
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly color: boolean;
}

const VERDICT_WIDTH = 12;
/** Below this there is no room for columns side by side. */
const NARROW = 60;
const MOST_COLUMNS = 80;
/** More claims than this with the same reason are counted, not named. */
const MOST_NAMED = 6;

const CODES: Readonly<Record<Verdict, string>> = {
  true: '32',
  false: '31',
  depends: '33',
  inconclusive: '35',
  'not measured': '2',
};

function claimLines({ verdict, statement, finding }: ClaimView, columns: number, paint: Paint): string[] {
  const chip = { width: VERDICT_WIDTH, lines: [verdict], paint: paint(`1;${CODES[verdict]}`) };
  if (columns < NARROW) {
    const below = [statement, finding].flatMap((text) => wrap(text, columns - GAP.length));
    return [...joinColumns([chip]), ...below.map((line) => GAP + line)];
  }
  const width = columns - VERDICT_WIDTH - GAP.length;
  return [
    ...joinColumns([chip, { width, lines: wrap(statement, width), paint: paint('1') }]),
    ...joinColumns([
      { width: VERDICT_WIDTH, lines: [] },
      { width, lines: wrap(finding, width) },
    ]),
  ];
}

/** One line for each reason. */
function openLines(open: readonly OpenGroup[], columns: number): string[] {
  const reasons = [...new Set(open.map(({ because }) => because))];
  return reasons.flatMap((reason) => {
    const ids = open.filter(({ because }) => because === reason).flatMap(({ claims }) => claims.map(({ id }) => id));
    const which = ids.length > MOST_NAMED ? `${ids.length} claims` : ids.join(', ');
    return wrap(`Not measured: ${which}. Reason: ${reason}.`, columns);
  });
}

/** The end of a run on a terminal: verdicts and findings, no line wider than asked for. */
export function renderSummary(view: ReportView, { columns, color }: SummaryOptions): string {
  const width = Math.max(20, Math.min(columns, MOST_COLUMNS));
  const paint = painter(color);
  const lines = [
    ...view.notices.flatMap((notice) => wrap(notice, width)).map(paint('33')),
    ...wrap(view.count, width).map(paint('1')),
    '',
    ...view.claims.flatMap((claim) => [...claimLines(claim, width, paint), '']),
    ...openLines(view.open, width).map(paint('2')),
  ];
  return `${lines.join('\n')}\n`;
}
