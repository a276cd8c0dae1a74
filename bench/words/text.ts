import type { Factors, Results } from '../contract.js';

/**
 * A results file may come from anyone. Control and format characters (terminal escapes, right-to-left overrides, line
 * breaks) can make a report say what its file does not, so none of them passes. Escaping is the renderers' business.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNPRINTABLE, ' ').trim();
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [clean(key), clean(inner)]);
  // Without a prototype, a metric called "constructor" is found only in the cells that have it.
  return Object.setPrototypeOf(Object.fromEntries(entries), null);
}

export function cleanResults(results: Results): Results {
  return clean(results) as Results;
}

/** "a", "a and b", "a, b and c"; clauses that have commas of their own are joined by another separator alone. */
export function joinWords(words: readonly string[], separator?: string): string {
  if (separator !== undefined) return words.join(separator);
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** "sticky, 4 instances": a strategy, an event and an act speak for themselves, numbers of instances are counted, others are named. */
export function factorsInWords(factors: Factors): string {
  const { strategy, event, act, instances, ...others } = factors;
  return [
    ...[strategy, event, act].filter((value) => value !== undefined).map(String),
    ...(typeof instances === 'number' ? [countOf(instances, 'instance')] : []),
    ...Object.entries(others).map(([name, value]) =>
      typeof value === 'boolean' ? (value ? wordsOf(name) : `no ${wordsOf(name)}`) : `${wordsOf(name)} ${value}`,
    ),
  ].join(', ');
}

/** `countOf(1, 'instance')` is "1 instance", `countOf(4, 'instance')` is "4 instances". */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "sessionBytesPerUser" → "session bytes per user". */
export function wordsOf(identifier: string): string {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .toLowerCase();
}

/** An id that is safe in an HTML `id` and a link to it. */
export function anchorOf(kind: string, id: string): string {
  return `${kind}-${id.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}
