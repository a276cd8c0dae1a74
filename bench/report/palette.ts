/**
 * Names of the colours a series may have; the style sheet gives each one a light and a dark value. The hues are those of
 * Okabe and Ito's palette for colour-blind readers. A strategy has the same colour in every chart.
 */
export const COLOURS = ['vermilion', 'amber', 'blue', 'green', 'purple', 'sky', 'slate', 'olive'] as const;
export type Colour = (typeof COLOURS)[number] | 'grey';

const OF_STRATEGY: ReadonlyMap<string, Colour> = new Map([
  ['none', 'grey'],
  ['memory', 'vermilion'],
  ['sticky', 'amber'],
  ['redis', 'blue'],
  ['jwt', 'green'],
  ['basic', 'purple'],
  ['jwt-denylist', 'sky'],
  ['jwt-refresh', 'olive'],
  ['replicated', 'slate'],
]);

/** Any other series gets a colour by its name, so that it too keeps it. */
export function colourOf(series: string): Colour {
  const sum = [...series].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return OF_STRATEGY.get(series) ?? COLOURS[sum % COLOURS.length] ?? 'grey';
}
