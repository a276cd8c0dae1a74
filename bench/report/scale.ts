/** An axis with a tick every `step`. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Over powers of ten: what errs by a factor of many would all lie at one end of the other axis. */
  readonly isLogarithmic?: boolean;
}

const TICKS = 5;

/** From zero, or from below the least of them, to a round number above the largest: a cut axis exaggerates, or hides an end. */
export function scaleOf(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const magnitude = 10 ** Math.floor(Math.log10(span / TICKS));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * magnitude * TICKS >= span * 0.999) ?? 10) * magnitude;
  return {
    min: Math.floor(low / step) * step || 0,
    max: Math.ceil((high - span * 1e-9) / step) * step || step,
    step,
  };
}

/** From here on ratios are drawn by their logarithms. */
const WIDE = 50;

/** Of ratios. Between powers of ten. */
export function scaleOfRatios(values: readonly number[]): Scale {
  const [low, high] = [Math.min(1, ...values), Math.max(1, ...values)];
  if (!(low > 0) || high / low < WIDE) return scaleOf(values);
  const power = (value: number, round: (exponent: number) => number) => 10 ** round(Math.log10(value));
  return { min: power(low, Math.floor), max: power(high, Math.ceil), step: 1, isLogarithmic: true };
}
