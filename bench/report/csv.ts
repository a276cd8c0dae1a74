import type { Summary } from '../contract.js';
import { factorsInWords } from '../words/text.js';

const HEAD = [
  'claim',
  'verdict',
  'metric',
  'factors',
  'value',
  'low',
  'high',
  'n',
  'unit',
  'bound',
  'predicted',
  'decides',
];

/** Every number of a run, one a line (RFC 4180). */
export function summaryAsCsv({ claims }: Summary): string {
  const rows = claims.flatMap(({ id, verdict, estimates }) =>
    estimates.map(({ metric, factors, value, low, high, n, unit, bound = '', predicted = '', decided }) =>
      [id, verdict, metric, factorsInWords(factors), value, low, high, n, unit, bound, predicted, decided].map(field),
    ),
  );
  return [HEAD, ...rows].map((row) => row.join(',')).join('\r\n');
}

/** More than any interval is narrow. */
const MOST_DIGITS = 8;

/** A spreadsheet takes a text that begins with one of these for a formula. */
const FORMULA_START = /^[=+\-@]/;

function field(value: string | number | boolean): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(MOST_DIGITS)));
  if (typeof value === 'boolean') return String(value);
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
