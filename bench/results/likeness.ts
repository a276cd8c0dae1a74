/** What a measurement depends on, flat. */
export type Shape = Readonly<Record<string, string | number | null>>;

export interface Difference {
  readonly name: string;
  readonly before: Shape[string] | undefined;
  readonly after: Shape[string] | undefined;
}

export function differencesOf(before: Shape, after: Shape): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ name, before: before[name], after: after[name] }));
}
