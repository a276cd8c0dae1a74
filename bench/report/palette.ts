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
  ['redis-id', 'violet'],
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

type Theme = Readonly<Record<Colour | 'paper' | 'ink' | 'muted' | 'rule', string>>;

/** Every hue has a contrast of at least 3:1 to the paper it stands on. */
const ON_LIGHT: Theme = {
  paper: '#fdfdfb',
  ink: '#1c1d1f',
  muted: '#5b5f66',
  rule: '#dddcd5',
  vermilion: '#b84300',
  amber: '#bd8500',
  blue: '#00569b',
  green: '#008f68',
  purple: '#9c2f74',
  sky: '#3a95cc',
  violet: '#927cdb',
  charcoal: '#383c42',
  grey: '#7c8086',
};
const ON_DARK: Theme = {
  paper: '#16181b',
  ink: '#e7e7e4',
  muted: '#a3a7ae',
  rule: '#363a40',
  vermilion: '#e8703a',
  amber: '#f2c14a',
  blue: '#3f8fd2',
  green: '#1fb58a',
  purple: '#e58fbd',
  sky: '#7fd4f2',
  violet: '#b9a6ff',
  charcoal: '#eceff3',
  grey: '#8a8e95',
};

/** As CSS variables: `--paper`, `--ink`, `--muted`, `--rule`, and `--c-<colour>` for each series. */
export const LIGHT = variables(ON_LIGHT);
export const DARK = variables(ON_DARK);

function variables(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${isColour(name) ? 'c-' : ''}${name}:${value};`)
    .join('');
}

function isColour(name: string): boolean {
  return name === 'grey' || COLOURS.some((colour) => colour === name);
}
