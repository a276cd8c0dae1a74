/** An axis with a tick every `step`; on a logarithmic one that is every power of ten. */
export interface Scale {
  readonly isLogarithmic: boolean;
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

const TICKS = 5;

/** From zero to a round number above the largest value: a cut axis exaggerates. */
export function scaleOf(values: readonly number[]): Scale {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const magnitude = 10 ** Math.floor(Math.log10(span / TICKS));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * magnitude * TICKS >= span * 0.999) ?? 10) * magnitude;
  return {
    isLogarithmic: false,
    min: Math.floor(low / step) * step || 0,
    max: Math.ceil((high - span * 1e-9) / step) * step || step,
    step,
  };
}

/** Whole powers of ten around the values above zero; the others have no place on it. */
export function logScaleOf(values: readonly number[]): Scale {
  const powers = values.filter((value) => value > 0).map(Math.log10);
  const min = Math.floor(Math.min(...powers, Number.POSITIVE_INFINITY));
  if (!Number.isFinite(min)) return { isLogarithmic: true, min: 1, max: 10, step: 1 };
  const max = Math.max(min + 1, Math.ceil(Math.max(...powers)));
  return { isLogarithmic: true, min: 10 ** min, max: 10 ** max, step: 1 };
}
