import { type ComparedNumber, isChange, type RunComparison } from '../results/comparison.js';
import type { Estimate } from '../stats/estimate.js';
import { formatDifference, formatEstimate } from '../words/numbers.js';
import { capitalise, countOf, factorsInWords } from '../words/text.js';
import { GAP, joinColumns, type Paint, painter, wrap } from './columns.js';
import { circumstanceNotes, movedInWords, verdictInWords } from './comparison-notes.js';

const OUTCOME_WIDTH = 4;
const NUMBER_WIDTH = 16;
/** Narrower, there would be no room for a label. */
const LEAST_COLUMNS = 72;
const MOST_COLUMNS = 110;

export interface Terminal {
  readonly columns: number;
  readonly color: boolean;
}

/** Two runs side by side on a terminal: what changed from A to B, and what a reader must know of the comparison. */
export function renderComparison(comparison: RunComparison, { columns, color }: Terminal): string {
  const { numbers, verdicts } = comparison;
  const width = Math.max(LEAST_COLUMNS, Math.min(columns, MOST_COLUMNS));
  const paint = painter(color);
  const compared = countOf(numbers.length, 'number');
  const counted = (wanted: ComparedNumber['outcome']) => numbers.filter(({ outcome }) => outcome === wanted).length;
  const isSame = !numbers.some(isChange) && verdicts.length === 0;
  const lines = isSame
    ? [`Nothing changed beyond noise: ${compared} compared.`]
    : [
        `${numbers.filter(isChange).length} of ${compared} and ${countOf(verdicts.length, 'verdict')} changed beyond noise. ${movedInWords(comparison)}, of ${counted('same')} no difference is told.`,
        ...verdicts.map(verdictInWords),
      ];
  return [
    ...lines.flatMap((line) => wrap(line, width)).map(paint('1')),
    ...(isSame ? [] : tableLines(comparison, width, paint)),
    ...circumstanceNotes(comparison)
      .flatMap((note) => wrap(note, width))
      .map(paint('33')),
    '',
  ].join('\n');
}

function tableLines({ before, after, numbers }: RunComparison, width: number, paint: Paint): string[] {
  const rule = paint('2')('─'.repeat(width));
  const claims = [...new Set(numbers.map(({ claim }) => claim))];
  const sections = claims.flatMap((id) => {
    const all = numbers.filter(({ claim }) => claim === id);
    const changed = all.filter(isChange);
    const title = `${id}: ${changed.length === 0 ? 'nothing' : changed.length} of ${countOf(all.length, 'number')} changed`;
    return [rule, paint('1')(title), ...changed.flatMap((number) => rowLines(rowOf(number), width, paint))];
  });
  const head = { outcome: '', label: [], before: ['A'], after: ['B'], effect: ['B / A, or B − A'] };
  return [`A: ${before.id}`, `B: ${after.id}`, rule, ...rowLines(head, width, paint), ...sections, rule];
}

interface Row {
  readonly outcome: string;
  readonly label: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly effect: readonly string[];
}

function rowOf({ outcome, factors, label, before, after, effect, scale }: ComparedNumber): Row {
  return {
    outcome,
    label: [factorsInWords(factors), capitalise(label)],
    before: estimateLines(before),
    after: estimateLines(after),
    effect: scale === 'ratio' ? estimateLines(effect) : differenceLines(effect),
  };
}

function estimateLines(estimate: Estimate): string[] {
  const { value, unit, interval } = formatEstimate(inPercent(estimate, '%'));
  return [unit === '' ? value : `${value} ${unit}`, `(${interval})`];
}

function differenceLines(estimate: Estimate): string[] {
  const difference = inPercent(estimate, 'points');
  const [value, interval] = formatDifference(difference, 0).split(' (');
  return [difference === estimate ? `${value}` : `${value} ${difference.unit}`, `(${interval}`];
}

/** A share of one in percent, with another unit; anything else as it is. */
function inPercent(estimate: Estimate, unit: string): Estimate {
  if (estimate.unit !== 'share') return estimate;
  const { value, low, high, n } = estimate;
  return { value: 100 * value, low: 100 * low, high: 100 * high, n, unit };
}

function rowLines({ outcome, label, before, after, effect }: Row, width: number, paint: Paint): string[] {
  const labelWidth = width - OUTCOME_WIDTH - 3 * NUMBER_WIDTH - 4 * GAP.length;
  const column = (texts: readonly string[], columnWidth: number) => ({
    width: columnWidth,
    lines: texts.flatMap((text) => wrap(text, columnWidth)),
  });
  return joinColumns([
    { ...column([outcome], OUTCOME_WIDTH), paint: paint('1') },
    column(label, labelWidth),
    ...[before, after, effect].map((texts) => column(texts, NUMBER_WIDTH)),
  ]);
}
