import { type ChangedVerdict, type ComparedNumber, isChange, type RunComparison } from '../results/comparison.js';
import type { Estimate } from '../stats/estimate.js';
import { formatDifference, formatUnit, inWords } from '../words/numbers.js';
import { capitalise, countOf, factorsInWords } from '../words/text.js';
import type { ChartPanel, ChartRow } from './chart-view.js';
import { circumstanceNotes, verdictInWords } from './comparison-notes.js';
import type { Colour } from './palette.js';
import { scaleOf } from './scale.js';

export interface ComparedRow {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly effect: string;
}

/** Numbers of one claim that came out alike, one way or another. */
export interface ComparedClaim {
  readonly claim: string;
  readonly rows: readonly ComparedRow[];
  /** Both runs of each number, one above the other, a panel for each. */
  readonly panels: readonly ChartPanel[];
}

export interface ComparisonSection {
  readonly id: 'changed' | 'machine' | 'same';
  readonly title: string;
  readonly claims: readonly ComparedClaim[];
}

export interface ComparisonView {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly verdicts: readonly string[];
  readonly notes: readonly string[];
  readonly sections: readonly ComparisonSection[];
}

const BEFORE: Colour = 'grey';
const AFTER: Colour = 'blue';

/** Three things of every number that is in both runs: it changed, it moved with the machine, it is the same. */
export function buildComparison(comparison: RunComparison): ComparisonView {
  const { before, after, numbers, verdicts, noise } = comparison;
  const of = (wanted: (number: ComparedNumber) => boolean) => numbers.filter(wanted);
  const [changed, moved, same] = [
    of(isChange),
    of(({ outcome }) => outcome === 'machine'),
    of(({ outcome }) => outcome === 'same'),
  ];
  return {
    title: titleOf(changed, verdicts),
    before: before.id,
    after: after.id,
    verdicts: verdicts.map(verdictInWords),
    notes: circumstanceNotes(comparison),
    sections: [
      { id: 'changed', title: `Changed: ${countOf(changed.length, 'number')}`, claims: byClaim(changed, true) },
      {
        id: 'machine',
        title:
          noise.baseline === null
            ? 'Moved with the machine: not told, as no baseline is in both'
            : `Moved with the machine: ${countOf(moved.length, 'number')}`,
        claims: byClaim(moved, true),
      },
      { id: 'same', title: `No difference told: ${countOf(same.length, 'number')}`, claims: byClaim(same, false) },
    ],
  };
}

function titleOf(changed: readonly ComparedNumber[], verdicts: readonly ChangedVerdict[]): string {
  if (changed.length === 0 && verdicts.length === 0) return 'Nothing changed beyond noise';
  return `${countOf(changed.length, 'number')} and ${countOf(verdicts.length, 'verdict')} changed beyond noise`;
}

function byClaim(numbers: readonly ComparedNumber[], isDrawn: boolean): ComparedClaim[] {
  return [...new Set(numbers.map(({ claim }) => claim))].map((claim) => {
    const own = numbers.filter((number) => number.claim === claim);
    return { claim, rows: own.map(rowOf), panels: isDrawn ? own.map(panelOf) : [] };
  });
}

function nameOf({ label, factors }: ComparedNumber): string {
  return `${capitalise(label)}, ${factorsInWords(factors)}`;
}

function rowOf(number: ComparedNumber): ComparedRow {
  const { before, after, effect, scale } = number;
  return {
    label: nameOf(number),
    before: inWords(before),
    after: inWords(after),
    effect: scale === 'ratio' ? inWords({ ...effect, unit: 'ratio' }) : differenceInWords(effect),
  };
}

function differenceInWords(effect: Estimate): string {
  if (effect.unit !== 'share') return `${formatDifference(effect, 0)} ${formatUnit(effect.unit)}`.trim();
  const points = { ...effect, value: 100 * effect.value, low: 100 * effect.low, high: 100 * effect.high };
  return `${formatDifference(points, 0)} points`;
}

function panelOf(number: ComparedNumber): ChartPanel {
  const { before, after } = number;
  const isShare = before.unit === 'share';
  const unit = isShare ? '' : formatUnit(before.unit);
  const drawn = [before, after].flatMap(({ value, low, high }) => [value, low, high]);
  return {
    title: unit === '' ? nameOf(number) : `${nameOf(number)}, ${unit}`,
    isShare,
    scale: scaleOf(isShare ? [...drawn, 1] : drawn),
    rows: [chartRow('A', before, BEFORE), chartRow('B', after, AFTER)],
  };
}

function chartRow(label: string, estimate: Estimate, colour: Colour): ChartRow {
  const { value, low, high, bound = null } = estimate;
  return {
    label,
    text: inWords(estimate),
    colour,
    value,
    low,
    high,
    bound,
    perRound: [],
    predicted: null,
    thresholds: [],
  };
}
