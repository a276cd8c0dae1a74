import { decodeFromCompressedBase64 } from 'hdr-histogram-js';

/** Times that were recorded in one round. */
export interface TimeCounts {
  /** Different times, ascending, in µs. */
  readonly micros: readonly number[];
  /** How often each. */
  readonly counts: readonly number[];
}

/** What the types of hdr-histogram-js leave out. */
interface Iterable {
  readonly recordedValuesIterator: {
    reset(): void;
    hasNext(): boolean;
    next(): { readonly valueIteratedTo: number; readonly countAtValueIteratedTo: number };
  };
}

/** Of as many rounds as a run has: each is asked for several percentiles, and at every look again. */
const decoded = new Map<string, TimeCounts>();
const MOST_DECODED = 1_000;

/** @param encoded an hdr-histogram of µs, compressed, base64 */
export function decodeTimes(encoded: string): TimeCounts {
  const known = decoded.get(encoded);
  if (known) return known;
  if (decoded.size >= MOST_DECODED) decoded.clear();
  const times = decode(encoded);
  decoded.set(encoded, times);
  return times;
}

function decode(encoded: string): TimeCounts {
  const { recordedValuesIterator: values } = decodeFromCompressedBase64(encoded) as unknown as Iterable;
  const [micros, counts]: [number[], number[]] = [[], []];
  values.reset();
  while (values.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = values.next();
    micros.push(valueIteratedTo);
    counts.push(countAtValueIteratedTo);
  }
  return { micros, counts };
}

/** The least time in ms that a share `p` of all does not exceed; 0 where nothing was recorded. */
export function quantileMs({ micros, counts }: TimeCounts, p: number): number {
  return scan(micros, counts, p) / 1000;
}

/** In ms; 0 where nothing was recorded. */
export function meanMs({ micros, counts }: TimeCounts): number {
  let [sum, total] = [0, 0];
  for (const [at, count] of counts.entries()) {
    sum += count * (micros[at] ?? 0);
    total += count;
  }
  return total === 0 ? 0 : sum / total / 1000;
}

function scan(ascending: readonly number[], counts: readonly number[], p: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [at, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= p * total) return ascending[at] ?? 0;
  }
  return 0;
}
