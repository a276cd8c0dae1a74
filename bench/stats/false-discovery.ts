/**
 * The confidence at which to judge many differences at once, so that of those called real a share of at most `rate` is not on
 * average, and where none is real, any is called so with a probability of `rate` (Benjamini and Hochberg, "Controlling the
 * false discovery rate", Journal of the Royal Statistical Society B 57, 1995). At this confidence the intervals of those
 * that are called real hold in the same sense (Benjamini and Yekutieli, Journal of the American Statistical Association 100, 2005).
 *
 * @param excludedAt how many of the `count` intervals exclude "no difference" at a confidence
 */
export function discoveryConfidence(count: number, rate: number, excludedAt: (confidence: number) => number): number {
  // Their step-up rule asks for the largest k of which at least k are excluded at 1 - k · rate / count.
  for (let called = count; ; ) {
    const confidence = 1 - (rate * called) / count;
    const excluded = Math.max(1, excludedAt(confidence));
    if (excluded >= called) return confidence;
    called = excluded;
  }
}
