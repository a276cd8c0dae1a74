/** A number and its interval. */
export interface Range {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/**
 * The quotient of two numbers that err independently: relative errors add in quadrature (delta method). Where both move
 * together, as on a machine that slows down, the truth is narrower. Both must be above zero.
 */
export function divide(above: Range, below: Range): Range {
  const value = above.value / below.value;
  const spread = (aboveError: number, belowError: number) =>
    value * Math.hypot(aboveError / above.value, belowError / below.value);
  return {
    low: value - spread(above.value - above.low, below.high - below.value),
    value,
    high: value + spread(above.high - above.value, below.value - below.low),
  };
}
