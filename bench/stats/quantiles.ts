/** The p-quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). */
export function quantile(values: Iterable<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError(`no ${p}-quantile of ${sorted.length} values`);
  return below + (position - Math.floor(position)) * (above - below);
}

export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample, so divided by n - 1. */
export function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
