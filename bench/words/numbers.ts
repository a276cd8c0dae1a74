import type { Estimate } from '../stats/estimate.js';

/** An estimate in words: "36.2", "35.1 to 37.4", "µs", "12". */
export interface EstimateText {
  readonly value: string;
  readonly interval: string;
  readonly unit: string;
  readonly n: string;
}

/** Units that say nothing beside a number. */
const SILENT_UNITS = new Set(['', '1', 'ratio']);

const MOST_SIGNIFICANT_DIGITS = 6;
const DIGITS_WITHOUT_INTERVAL = 4;
const MINUS = '−';

function magnitudeOf(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

/**
 * Decimals worth printing, by the Particle Data Group's rounding rule: the half-width of the interval keeps two
 * significant digits when they start with 10 to 35, else one. Negative means rounding to tens, hundreds and so on.
 */
function decimalsOf(
  { value, low, high }: Pick<Estimate, 'value' | 'low' | 'high'>,
  mostDigits = MOST_SIGNIFICANT_DIGITS,
): number {
  const largest = Math.max(Math.abs(value), Math.abs(low), Math.abs(high));
  if (largest === 0) return 0;
  const halfWidth = (high - low) / 2;
  if (!(halfWidth > 0)) return Math.min(mostDigits, DIGITS_WITHOUT_INTERVAL) - 1 - magnitudeOf(largest);
  const magnitude = magnitudeOf(halfWidth);
  const wanted = (halfWidth / 10 ** magnitude < 3.55 ? 1 : 0) - magnitude;
  const ceiling = mostDigits - 1 - magnitudeOf(largest);
  const floor = value === 0 ? wanted : -magnitudeOf(value);
  return Math.max(Math.min(wanted, ceiling), Math.min(floor, ceiling));
}

function groupThousands(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function toFixed(value: number, decimals: number): string {
  const step = 10 ** Math.max(0, -decimals);
  const digits = (Math.round(Math.abs(value) / step) * step).toFixed(0);
  const text = groupThousands(decimals > 0 ? Math.abs(value).toFixed(Math.min(decimals, 100)) : digits);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

function toScientific(value: number): string {
  if (value === 0) return '0';
  const exponent = magnitudeOf(value);
  return `${toFixed(value / 10 ** exponent, 2)} × 10^${exponent < 0 ? MINUS : ''}${Math.abs(exponent)}`;
}

/** Drops the zeros at the end that all the numbers share: 1.000, 0.930 → 1.00, 0.93. */
function dropSharedZeros(texts: readonly string[]): string[] {
  let shared = [...texts];
  while (shared.every((text) => /\.\d*0$/.test(text))) shared = shared.map((text) => text.slice(0, -1));
  return shared.map((text) => text.replace(/\.$/, ''));
}

function formatTogether(estimate: Pick<Estimate, 'value' | 'low' | 'high'>, mostDigits?: number): string[] {
  const numbers = [estimate.value, estimate.low, estimate.high];
  const largest = Math.max(...numbers.map(Math.abs));
  if (largest >= 1e15 || (largest > 0 && largest < 1e-4)) return numbers.map(toScientific);
  const decimals = decimalsOf(estimate, mostDigits);
  // What errs by a factor of many is above zero, and is shown to be.
  const isRoundedAway = (number: number) => number > 0 && number < 0.5 * 10 ** -decimals;
  if (numbers.some(isRoundedAway) && numbers.every((number) => number > 0))
    return numbers.map((number) => toFixed(number, 1 - magnitudeOf(number)));
  return dropSharedZeros(numbers.map((number) => toFixed(number, decimals)));
}

export function formatUnit(unit: string): string {
  if (unit === '1/s') return 'requests/s';
  return SILENT_UNITS.has(unit) ? '' : unit;
}

export function formatEstimate(estimate: Estimate): EstimateText {
  const [value = '', low = '', high = ''] = formatTogether(estimate);
  return { value, interval: `${low} to ${high}`, unit: formatUnit(estimate.unit), n: formatNumber(estimate.n) };
}

const MOST_DIGITS_IN_WORDS = 3;

/** Of percents: how near to none or all a bound needs another decimal, as shares are held against thresholds such as 99 %. */
const NEAR_THE_END = 1.5;
const AT_THE_END = 0.1;
/** Narrower than so many percents, an interval deserves a decimal. */
const NARROW_PERCENTS = 2;

/** None and all are exact, and never what rounding makes of a share near them. */
function inPercent(numbers: Pick<Estimate, 'value' | 'low' | 'high'>): string[] {
  const { value, low, high } = numbers;
  if (low === high) return [value, low, high].map(formatNumber);
  const distances = [value, low, high].map((bound) => Math.min(bound, 100 - bound)).filter((distance) => distance > 0);
  const isWithin = (limit: number) => distances.some((distance) => distance < limit);
  const decimals = isWithin(AT_THE_END) ? 2 : isWithin(NEAR_THE_END) || high - low < NARROW_PERCENTS ? 1 : 0;
  return [value, low, high].map((number) =>
    number === 0 || number === 100 ? formatNumber(number) : toFixed(number, decimals),
  );
}

/** "25 %" and "22 to 28", to three digits at most; the interval is empty where there is none, or none that can be seen at that precision. */
export function inWordsApart(number: Pick<Estimate, 'value' | 'unit'> & Partial<Estimate>): {
  readonly value: string;
  readonly interval: string;
} {
  const { value, unit } = number;
  const factor = unit === 'share' ? 100 : 1;
  const noun = value === 1 && (number.low ?? 1) === (number.high ?? 1) ? unit.replace(/^([a-z]{3,})s$/, '$1') : unit;
  const suffix = unit === 'share' ? ' %' : unit === 'ratio' ? '×' : formatUnit(noun) && ` ${formatUnit(noun)}`;
  if (number.low === undefined || number.high === undefined)
    return { value: `${formatNumber(factor * value)}${suffix}`, interval: '' };
  const scaled = { value: factor * value, low: factor * number.low, high: factor * number.high };
  const [text = '', low = '', high = ''] =
    unit === 'share' ? inPercent(scaled) : formatTogether(scaled, MOST_DIGITS_IN_WORDS);
  const isPoint = low === high;
  if (number.bound) {
    const end = number.bound === 'at least' ? `${low} or more` : `${high} or less`;
    return { value: `${number.bound} ${text}${suffix}`, interval: isPoint ? '' : end };
  }
  return { value: `${text}${suffix}`, interval: isPoint ? '' : `${low} to ${high}` };
}

/** "25 % (22 to 28)", "6.1× (5.7 to 6.4)", "36.2 µs (35.1 to 37.4)". Of a bound only that end says something: "at least 12 s (11 or more)". */
export function inWords(number: Pick<Estimate, 'value' | 'unit'> & Partial<Estimate>): string {
  const { value, interval } = inWordsApart(number);
  return interval === '' ? value : `${value} (${interval})`;
}

/** So many times from end to end, an interval says more than its number. */
const WIDE = 2.5;

/** "25 %", for a heading; with its interval where that is wide. */
export function inBrief(estimate: Pick<Estimate, 'value' | 'unit'> & Partial<Estimate>): string {
  const { low = 0, high = 0, unit } = estimate;
  const isWide = unit !== 'share' && low > 0 && high / low > WIDE;
  return isWide ? inWords(estimate) : inWordsApart(estimate).value;
}

/** A sentence without the intervals that `inWords` put into it. */
export function withoutIntervals(sentence: string): string {
  return sentence.replace(/ \([−\d][^()]* (?:to [^()]+|or (?:more|less))\)/g, '');
}

/** "36.2 µs (35.1 to 37.4)", with the unit of the file or another word for it. */
export function estimateInWords(estimate: Estimate, unit = formatUnit(estimate.unit)): string {
  const { value, interval } = formatEstimate(estimate);
  return `${unit === '' ? value : `${value} ${unit}`} (${interval})`;
}

/** How far a measurement lies from a prediction, with the measurement's interval: "+0.002 (−0.010 to +0.013)". */
export function formatDifference({ value, low, high }: Estimate, predicted: number): string {
  const text = formatSigned({ value: value - predicted, low: low - predicted, high: high - predicted });
  return `${text.value} (${text.interval})`;
}

function formatSigned(range: Pick<Estimate, 'value' | 'low' | 'high'>): Pick<EstimateText, 'value' | 'interval'> {
  const [value = '', low = '', high = ''] = formatTogether(range).map((text) =>
    /[1-9]/.test(text) && !text.startsWith(MINUS) ? `+${text}` : text,
  );
  return { value, interval: `${low} to ${high}` };
}

/** A number that has no interval, such as a prediction: at most four significant digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return toFixed(value, 0);
  return formatTogether({ value, low: value, high: value })[0] ?? '';
}

const TICK_UNITS = [
  { factor: 1e9, suffix: 'G' },
  { factor: 1e6, suffix: 'M' },
  { factor: 1e3, suffix: 'k' },
] as const;

/** Short enough for an axis: 0.25, 1.5k, 40k, 2M. */
export function formatTick(value: number): string {
  const unit = TICK_UNITS.find(({ factor }) => Math.abs(value) >= factor);
  return unit === undefined ? formatNumber(value) : formatNumber(value / unit.factor) + unit.suffix;
}

export function formatBytes(bytes: number): string {
  return `${formatNumber(Number((bytes / 2 ** 30).toPrecision(3)))} GiB`;
}

/** "2026-11-20T09:14:03.123Z" → "2026-11-20 09:14:03 UTC"; what is no such date stays as it is. */
export function formatDate(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** "3 min 12 s"; null where either end is missing or no date. */
export function formatDuration(startedAt: string, finishedAt: string | null): string | null {
  const seconds = Math.round((Date.parse(finishedAt ?? '') - Date.parse(startedAt)) / 1000);
  if (!(seconds >= 0)) return null;
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
