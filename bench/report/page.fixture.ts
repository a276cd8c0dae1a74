/** A page read by a test. Good enough for one whose attributes are all quoted. */

const VOID_ELEMENTS = new Set(['meta', 'br', 'input']);

export interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly string[];
}

export function tagsOf(page: string): Tag[] {
  const found = page.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g);
  return [...found].map(([, slash, name = '', rest = '']) => ({
    name,
    closes: slash === '/',
    attributes: rest
      .replace(/"[^"]*"/g, '')
      .split(/[\s=]+/)
      .filter(Boolean),
  }));
}

/** Names of elements that are closed out of order or not at all. */
export function unbalanced(tags: readonly Tag[]): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const { name, closes, attributes } of tags) {
    if (closes && open.pop() !== name) wrong.push(name);
    if (!closes && !VOID_ELEMENTS.has(name) && !attributes.includes('/')) open.push(name);
  }
  return [...wrong, ...open];
}

export function textOf(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('\u00a0', ' ');
}
