/** Rounds of the same sweep, which are neighbours in time: what slows the machine slows both. */
export function pairBySweep<A extends { readonly sweep: number }, B extends { readonly sweep: number }>(
  ours: readonly A[],
  theirs: readonly B[],
): { readonly ours: A; readonly theirs: B }[] {
  const bySweep = new Map(theirs.map((round) => [round.sweep, round]));
  return ours.flatMap((round) => {
    const other = bySweep.get(round.sweep);
    return other ? [{ ours: round, theirs: other }] : [];
  });
}
