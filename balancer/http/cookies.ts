/** The value of one cookie, or undefined. The first of equal names counts (RFC 6265, section 5.4 orders by path length). */
export function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    const before = at === 0 ? ';' : header[at - 1];
    const valueAt = at + name.length + 1;
    if ((before !== ';' && before !== ' ') || header[valueAt - 1] !== '=') continue;
    const end = header.indexOf(';', valueAt);
    return header.slice(valueAt, end === -1 ? undefined : end).trim();
  }
  return undefined;
}

/** The same headers without one cookie, which is the balancer's own and none of the instance's business. */
export function withoutCookie(headers: readonly string[], name: string): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const field = headers[i] as string;
    let value = headers[i + 1] as string;
    if (field.toLowerCase() === 'cookie') {
      const pairs = value.split(';').map((pair) => pair.trim());
      value = pairs.filter((pair) => !pair.startsWith(`${name}=`)).join('; ');
      if (value === '') continue;
    }
    kept.push(field, value);
  }
  return kept;
}
