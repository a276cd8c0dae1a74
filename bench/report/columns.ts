/** Columns of text for a terminal. */

export interface Column {
  readonly width: number;
  readonly lines: readonly string[];
  readonly paint?: (text: string) => string;
}

/** Colours a text, by the parameters of the escape sequence "select graphic rendition" (ECMA-48, 8.3.117). */
export type Paint = (codes: string) => (text: string) => string;

export const GAP = '  ';

export function painter(color: boolean): Paint {
  return (codes) => (text) => (color ? `\u001b[${codes}m${text}\u001b[0m` : text);
}

/** Words that fit stay whole; a longer one is cut where the line ends. */
export function wrap(text: string, width: number): string[] {
  const words = text.split(/\s+/).flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** What is longer ends in dots. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}

export function joinColumns(columns: readonly Column[], gap = GAP): string[] {
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    columns
      .map(({ width, lines, paint = (text) => text }) => {
        const line = lines[at] ?? '';
        return (line === '' ? '' : paint(line)) + ' '.repeat(width - line.length);
      })
      .join(gap)
      .trimEnd(),
  );
}
