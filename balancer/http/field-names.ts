/** Only between two hops (RFC 9110, section 7.6.1). Framing headers are made anew by whoever writes the message. */
export const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** By length: a name whose length none of the rules has needs no lower-casing and no look-up. */
export function lengthsOf(names: Iterable<string>): readonly (true | undefined)[] {
  const lengths: true[] = [];
  for (const { length } of names) lengths[length] = true;
  return lengths;
}

/** Names that a `Connection` header declares to be for its hop only, beyond those that always are. */
export function connectionNames(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  const names = connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  // A client could otherwise have the balancer strip what the instance relies on.
  return new Set(names.filter((name) => name !== 'host' && name !== ''));
}

/** Flat name, value pairs but for these names. */
export function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_, i) => !names.has((headers[i - (i % 2)] as string).toLowerCase()));
}

export function valuesOf(headers: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i] as string;
    if (candidate.length === name.length && candidate.toLowerCase() === name) values.push(headers[i + 1] as string);
  }
  return values;
}
