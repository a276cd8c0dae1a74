/** Text that is HTML already. Only `html` and `trusted` make it, so everything else is escaped where it is put in. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlPart = Html | string | number | null | readonly HtmlPart[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Keeps a number and its % on one line. */
const NO_BREAK_SPACE = '\u00a0';

function render(part: HtmlPart): string {
  if (part === null) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return String(part)
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '')
    .replace(/(?<=\d) (?=%)/g, NO_BREAK_SPACE);
}

/** Template tag: everything put in is escaped, safe in text and in quoted attributes; `Html` and lists of it stay. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((string, index) => string + render(parts[index] ?? null)).join(''));
}

/** For markup that comes from this program: the style sheet and the drawn charts. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

export function sentenceList(title: string, sentences: readonly string[]): Html | null {
  if (sentences.length === 0) return null;
  return html`${title === '' ? null : html`<h4>${title}</h4>\n`}<ul>${sentences.map((sentence) => html`<li>${sentence}</li>\n`)}</ul>\n`;
}
