/** Foreign text in Markdown. */

const SPECIAL = /[\\`*_[\]<>|~&$]/g;
const BLOCK_START = /^([#+=-]|\d+(?=[.)]))/;

/** Text as text: no markup, no HTML, no further table cell. */
export function plain(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

/** The same where a line begins, so that it begins no heading, list or quotation. */
export function paragraph(text: string): string {
  return plain(text).replace(BLOCK_START, (_all, mark: string) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}

export function code(text: string): string {
  const fence = '`'.repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const pad = fence.length > 1 ? ' ' : '';
  return fence + pad + text.replaceAll('|', '\\|') + pad + fence;
}

export interface Head {
  readonly text: string;
  readonly isNumber?: boolean;
}

/** @param rows cells that are Markdown already */
export function table(heads: readonly Head[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map(({ text }) => plain(text))),
    line(heads.map(({ isNumber }) => (isNumber ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

export function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${paragraph(sentence)}`).join('\n');
}

/** Nothing where there are no sentences. */
export function titledList(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [`### ${title}`, list(sentences)];
}
