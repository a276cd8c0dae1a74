/**
 * Names of the colours a series may have; the style sheet gives each one a light and a dark value. The hues follow
 * Okabe and Ito's palette; they stay apart in the common kinds of colour blindness, and every mark is labelled as well. A strategy has the same colour in every chart.
 */
export const COLOURS = ['vermilion', 'amber', 'blue', 'green', 'purple', 'sky', 'violet', 'charcoal'] as const;
export type Colour = (typeof COLOURS)[number] | 'grey';

const OF_STRATEGY: ReadonlyMap<string, Colour> = new Map([
  ['none', 'grey'],
  ['memory', 'vermilion'],
  ['sticky', 'amber'],
  ['redis', 'blue'],
  ['jwt', 'green'],
  ['basic', 'purple'],
  ['jwt-denylist', 'sky'],
  ['jwt-refresh', 'charcoal'],
  ['replicated', 'sky'],
  ['postgres', 'purple'],
  ['file', 'charcoal'],
  ['sealed', 'violet'],
]);

/** Any other series gets a colour by its name, so that it too keeps it. */
export function colourOf(series: string): Colour {
  const sum = [...series].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return OF_STRATEGY.get(series) ?? COLOURS[sum % COLOURS.length] ?? 'grey';
}
