import type { ChangedVerdict, ComparedNumber, RunComparison } from '../results/comparison.js';
import type { Place } from '../results/matching.js';
import { placeOf } from './cells.js';
import { GAP, joinColumns, type Paint, painter, wrap } from './columns.js';
import { metricLabel } from './metrics.js';
import { estimateInWords, formatDifference, formatEstimate, formatNumber } from './numbers.js';
import type { SummaryOptions } from './summary.js';
import { countOf } from './text.js';

const OUTCOME_WIDTH = 4;
const NUMBER_WIDTH = 16;
/** Narrower, there would be no room for a label. */
const LEAST_COLUMNS = 72;
const MOST_COLUMNS = 110;

/** Two runs side by side on a terminal: what changed from A to B, and what a reader must know of the comparison. */
export function renderComparison(comparison: RunComparison, { columns, color }: SummaryOptions): string {
  const { numbers, verdicts } = comparison;
  const width = Math.max(LEAST_COLUMNS, Math.min(columns, MOST_COLUMNS));
  const paint = painter(color);
  const changed = numbers.filter(({ outcome }) => outcome !== 'tie');
  const compared = countOf(numbers.length, 'number');
  const isSame = changed.length === 0 && verdicts.length === 0;
  const lines = isSame
    ? [`Nothing changed beyond noise: ${compared} compared.`]
    : [
        `${changed.length} of ${compared} and ${countOf(verdicts.length, 'verdict')} changed beyond noise.`,
        ...verdicts.map(verdictLine),
      ];
  return [
    ...lines.flatMap((line) => wrap(line, width)).map(paint('1')),
    ...(isSame ? [] : tableLines(comparison, width, paint)),
    ...[...listNotes(comparison), ...(isSame ? [] : noiseNotes(comparison))]
      .flatMap((note) => wrap(note, width))
      .map(paint('33')),
    '',
  ].join('\n');
}

function verdictLine({ statement, before, after }: ChangedVerdict): string {
  return `${statement}: ${before} in A, ${after} in B.`;
}

function tableLines({ before, after, numbers }: RunComparison, width: number, paint: Paint): string[] {
  const rule = paint('2')('─'.repeat(width));
  const ids = [...new Set(numbers.map(({ experiment }) => experiment))];
  const sections = ids.flatMap((id) => {
    const all = numbers.filter(({ experiment }) => experiment === id);
    const changed = all.filter(({ outcome }) => outcome !== 'tie');
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

function rowOf({ outcome, factors, metric, before, after, effect, scale }: ComparedNumber): Row {
  const [ours, theirs, ratio] = [before, after, effect]
    .map(formatEstimate)
    .map(({ value, unit, interval }) => [unit === '' ? value : `${value} ${unit}`, `(${interval})`]);
  return {
    outcome,
    label: [placeOf(factors), metricLabel(metric)],
    before: ours ?? [],
    after: theirs ?? [],
    effect: scale === 'ratio' ? (ratio ?? []) : [formatDifference(effect, 0)],
  };
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

function listNotes(comparison: RunComparison): string[] {
  const { before, after, onlyBefore, onlyAfter, leftOut, circumstances } = comparison;
  const runs = [
    { name: 'A', run: before },
    { name: 'B', run: after },
  ];
  const named = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}: ${items.join('; ')}.`];
  return [
    ...runs.flatMap(({ name, run }) =>
      run.status === 'interrupted' ? [`${name} was interrupted: what it has is compared.`] : [],
    ),
    ...named('Only in A', onlyBefore.map(placeInWords)),
    ...named('Only in B', onlyAfter.map(placeInWords)),
    ...named('Left out, because a check failed', leftOut.map(placeInWords)),
    ...baselineNotes(comparison),
    ...named(
      'Not the same in A and B',
      circumstances.map(({ name, before, after }) => `${name} ${before ?? 'none'}, ${after ?? 'none'}`),
    ),
  ];
}

function placeInWords({ experiment, factors }: Place): string {
  return factors === undefined ? experiment : `${experiment} with ${placeOf(factors)}`;
}

/** What the machine moved is told also where nothing else changed: it may be a change of what all strategies share. */
function baselineNotes({ noise: { baseline } }: RunComparison): string[] {
  if (baseline === null || (baseline.low <= 1 && baseline.high >= 1)) return [];
  return [
    `The reply without authentication costs ${estimateInWords(baseline)} times the CPU in B. The machine moved that, or what ` +
      'all strategies share: times that moved with it are ties.',
  ];
}

function noiseNotes({ noise: { threshold, baseline } }: RunComparison): string[] {
  const percent = formatNumber(Math.ceil(1000 * (threshold ?? 0)) / 10);
  return [
    threshold === null
      ? 'No A/A control is in both runs: CPU times are told apart by their intervals alone.'
      : `CPU times that differ by less than ${percent} % are ties, by the A/A controls of both runs.`,
    ...(baseline === null ? ['No baseline is in both runs: times may have changed with the machine.'] : []),
  ];
}
