import type { Verdict } from '../contract.js';
import type { ClaimView, EvidenceView } from './claim-view.js';
import { GAP, joinColumns, type Paint, painter, wrap } from './columns.js';
import type { ReportView } from './view.js';

export interface SummaryOptions {
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly color: boolean;
}

const VERDICT_WIDTH = 12;
const MEASURED_WIDTH = 28;
/** Below this there is no room for columns side by side. */
const NARROW = 60;
const MOST_COLUMNS = 110;

const CODES: Readonly<Record<Verdict, string>> = { holds: '32', fails: '31', depends: '33', 'not measured': '2' };

function measuredText({ estimate: { value, unit, interval }, place }: EvidenceView): string {
  return `${value}${unit === '' ? '' : ` ${unit}`} (${interval}) ${place}`;
}

function claimLines(claim: ClaimView, columns: number, paint: Paint): string[] {
  const numbers = claim.deciding.map(measuredText);
  const texts = numbers.length > 0 ? numbers : [claim.because];
  const verdict = { lines: [claim.verdict], paint: paint(`1;${CODES[claim.verdict]}`) };
  if (columns < NARROW) {
    const below = [claim.statement, ...texts].flatMap((text) => wrap(text, columns - GAP.length));
    return [...joinColumns([{ ...verdict, width: VERDICT_WIDTH }]), ...below.map((line) => GAP + line)];
  }
  const claimWidth = columns - VERDICT_WIDTH - MEASURED_WIDTH - 2 * GAP.length;
  return joinColumns([
    { ...verdict, width: VERDICT_WIDTH },
    { width: claimWidth, lines: wrap(claim.statement, claimWidth) },
    { width: MEASURED_WIDTH, lines: texts.flatMap((text) => wrap(text, MEASURED_WIDTH)) },
  ]);
}

/** The end of a run on a terminal: the answer's first sentence and the verdict table, no line wider than asked for. */
export function renderSummary(view: ReportView, { columns, color }: SummaryOptions): string {
  const width = Math.max(20, Math.min(columns, MOST_COLUMNS));
  const paint = painter(color);
  const rule = paint('2')('─'.repeat(width));
  const notices = view.notices.flatMap((notice) => wrap(notice, width)).map(paint('33'));
  const table = view.claims.flatMap((claim) => [...claimLines(claim, width, paint), rule]);
  const lead = wrap(view.answer[0] ?? '', width).map(paint('1'));
  return `${[...notices, ...lead, rule, ...table].join('\n')}\n`;
}
