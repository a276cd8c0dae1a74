import { type Cell, CONTROL, type Estimate, type Factors } from '../contract.js';
import { predictedBy } from './metrics.js';
import { formatNumber } from './numbers.js';
import { countOf, wordsOf } from './text.js';

export type FactorValue = Factors[string];

/** A cell with a failed check is shown, but takes no part in verdicts, sentences and comparisons. */
export function passesChecks(cell: Cell): boolean {
  return cell.checks.every((check) => check.ok);
}

/** The distinct values of a factor: numbers in ascending order, others as the file has them. */
export function valuesOf(cells: readonly Cell[], factor: string): FactorValue[] {
  const values = [...new Set(cells.map((cell) => cell.factors[factor]).filter((value) => value !== undefined))];
  return values.every((value) => typeof value === 'number') ? values.sort((a, b) => Number(a) - Number(b)) : values;
}

export function numbersOf(cells: readonly Cell[], factor: string): number[] {
  return valuesOf(cells, factor).filter((value) => typeof value === 'number');
}

export function factorNames(cells: readonly Cell[]): string[] {
  return [...new Set(cells.flatMap((cell) => Object.keys(cell.factors)))];
}

/** Factors that differ between cells: the only ones worth a column. */
export function varyingFactors(cells: readonly Cell[]): string[] {
  return factorNames(cells).filter((factor) => new Set(cells.map((cell) => cell.factors[factor])).size > 1);
}

/** Metric names in the order of the file, the given ones first. A metric and its prediction count as one, by its name. */
export function metricNames(cells: readonly Cell[], first: readonly string[] = []): string[] {
  const present = new Set(
    cells.flatMap(({ metrics }) => Object.keys(metrics).map((name) => predictedBy(name) ?? name)),
  );
  return [...new Set([...first.filter((metric) => present.has(metric)), ...present])];
}

/** The estimate of the first cell that has all these factor values. */
export function estimateAt(cells: readonly Cell[], factors: Factors, metric: string): Estimate | undefined {
  const wanted = Object.entries(factors);
  return cells.find((cell) => wanted.every(([factor, value]) => cell.factors[factor] === value))?.metrics[metric];
}

const VALUE_LABELS = new Map<FactorValue, string>([
  ['none', 'no authentication'],
  ['scalability-law', 'scalability law'],
]);

/** The value alone, as a row or a panel is called: "redis", "4", "yes". */
export function valueLabel(value: FactorValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return VALUE_LABELS.get(value) ?? String(value);
}

/** Factors whose value says it all, or says it better with other words than the factor's name. */
const PHRASES: ReadonlyMap<string, (value: FactorValue) => string> = new Map([
  ['strategy', valueLabel],
  ['slo', valueLabel],
  ['fit', valueLabel],
  [CONTROL, () => 'control'],
  ['proxy', valueLabel],
  ['connections', (value) => `${valueLabel(value)} connections`],
  ['replyBytes', (value) => `replies of ${typeof value === 'number' ? formatNumber(value) : valueLabel(value)} bytes`],
  ['instances', (value) => (typeof value === 'number' ? countOf(value, 'instance') : valueLabel(value))],
  ['users', (value) => `${typeof value === 'number' ? formatNumber(value) : valueLabel(value)} users`],
  ['offeredRps', (value) => `${typeof value === 'number' ? formatNumber(value) : valueLabel(value)} requests/s`],
  ['storeQuota', (value) => `store with ${valueLabel(value)} of a core`],
]);

function factorPhrase(factor: string, value: FactorValue): string {
  return PHRASES.get(factor)?.(value) ?? `${factorLabel(factor)} ${valueLabel(value)}`;
}

const FACTOR_LABELS = new Map([
  ['offeredRps', 'offered requests/s'],
  ['slo', 'objective'],
]);

/** What people call a factor: "instances", "offered requests/s". */
export function factorLabel(factor: string): string {
  return FACTOR_LABELS.get(factor) ?? wordsOf(factor);
}

/** "memory, 4 instances": the given factors of a cell, or all of them. */
export function placeOf(factors: Factors, names: readonly string[] = Object.keys(factors)): string {
  return names
    .flatMap((name) => {
      const value = factors[name];
      return value === undefined ? [] : [factorPhrase(name, value)];
    })
    .join(', ');
}
