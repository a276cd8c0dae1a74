import type { Verdict } from '../contract.js';
import { withoutIntervals } from '../words/numbers.js';
import type { ClaimView } from './claim-view.js';
import { cut, joinColumns, type Paint, painter, wrap } from './columns.js';
import type { MatrixCell, MatrixColumn, MatrixView } from './overview/matrix.js';
import type { Met } from './overview/reading.js';
import { MET_SIGNS, VERDICT_SIGNS } from './signs.js';
import type { ReportView } from './view.js';

export interface SummaryOptions {
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly color: boolean;
}

const MOST_COLUMNS = 80;
const CELL_WIDTH = 8;

const CODES: Readonly<Record<Verdict, string>> = {
  true: '32',
  false: '31',
  depends: '33',
  inconclusive: '35',
  'not measured': '2',
};
const LEGEND = '✓ true   ✗ false   ± depends   ? inconclusive';

const MET_CODES: Readonly<Record<Met, string>> = { yes: '32', no: '31', open: '35' };

/** A row for each strategy that has a number; nothing where the terminal has no room for it. */
function matrixLines({ columns, rows: all }: MatrixView, width: number, paint: Paint): string[] {
  const rows = all.filter(({ cells }) => cells.some((cell) => typeof cell !== 'string'));
  const first = Math.max(...rows.map(({ strategy }) => strategy.length));
  if (first + columns.length * (CELL_WIDTH + 1) > width) return [];
  const lines = (
    head: string,
    cells: readonly { readonly text: readonly string[]; readonly paint?: (text: string) => string }[],
  ) =>
    joinColumns(
      [
        { width: first, lines: [head], paint: paint('1') },
        ...cells.map((cell) => ({
          width: CELL_WIDTH,
          lines: cell.text.flatMap((text) => wrap(text, CELL_WIDTH)),
          ...(cell.paint && { paint: cell.paint }),
        })),
      ],
      ' ',
    );
  const cellOf = (cell: MatrixCell | string, { isLeast }: MatrixColumn) => {
    if (typeof cell === 'string') return { text: ['–'], paint: paint('2') };
    if (isLeast) return { text: [cell.value], ...(cell.met === 'yes' && { paint: paint('32') }) };
    return { text: [`${MET_SIGNS[cell.met]} ${cell.value}`], paint: paint(MET_CODES[cell.met]) };
  };
  return [
    ...lines(
      '',
      columns.map(({ title, unit }) => ({ text: [title.replace('instances', 'inst.'), unit], paint: paint('2') })),
    ),
    ...rows.flatMap(({ strategy, cells }) =>
      lines(
        strategy,
        columns.map((column, at) => cellOf(cells[at] ?? '', column)),
      ),
    ),
    '',
  ];
}

/** One line: its sign, its name and why, as far as there is room. */
function claimLine({ id, verdict, because }: ClaimView, idWidth: number, width: number, paint: Paint): string {
  const room = width - idWidth - 4;
  const reason = withoutIntervals(because);
  const name = `${paint(`1;${CODES[verdict]}`)(VERDICT_SIGNS[verdict])} ${paint('1')(cut(id, width - 2))}`;
  return room < 10 ? name : `${name}${' '.repeat(idWidth - id.length + 2)}${cut(reason, room)}`;
}

/** The end of a run on a terminal: what was found, the matrix, and a line for each claim; no line wider than asked for. */
export function renderSummary(view: ReportView, { columns, color }: SummaryOptions): string {
  const width = Math.max(20, Math.min(columns, MOST_COLUMNS));
  const paint = painter(color);
  const { notices, title, breaks, count, matrix, claims, reasons } = view;
  const idWidth = Math.max(0, ...claims.map(({ id }) => id.length));
  const lines = [
    ...notices.flatMap((notice) => wrap(notice, width)).map(paint('33')),
    ...wrap(title, width).map(paint('1')),
    ...breaks.flatMap((one) => wrap(`- ${one}`, width)),
    '',
    ...(matrix === null ? [] : matrixLines(matrix, width, paint)),
    ...wrap(count, width),
    ...(claims.length === 0 ? [] : wrap(LEGEND, width).map(paint('2'))),
    ...claims.map((claim) => claimLine(claim, idWidth, width, paint)),
    '',
    ...reasons.flatMap((reason) => wrap(`Not measured: ${reason}.`, width)).map(paint('2')),
  ];
  return `${lines.join('\n')}\n`;
}
