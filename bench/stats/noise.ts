import type { Estimate } from './estimate.js';

/** What a control says about the rig: the same thing mounted twice and compared as if it were two. */
export interface Noise {
  /** Relative differences up to this are a tie: 0.03 is 3 %. */
  readonly threshold: number;
  /** True when the control itself looks different from itself, its interval not containing 1. */
  readonly falseAlarm: boolean;
}

/** `control` is the paired ratio of the A/A pair; the far end of its interval is the threshold. */
export function noiseOf(control: Estimate): Noise {
  return {
    threshold: Math.exp(Math.max(Math.abs(Math.log(control.low)), Math.abs(Math.log(control.high)))) - 1,
    falseAlarm: excludesOne(control),
  };
}

export type Comparison = 'less' | 'more' | 'tie';

/** A ratio differs from 1 only when its interval excludes 1 and its distance exceeds the noise of the rig; else it is a tie. */
export function compare(ratio: Estimate, { threshold }: Pick<Noise, 'threshold'>): Comparison {
  const distance = Math.exp(Math.abs(Math.log(ratio.value))) - 1;
  if (!excludesOne(ratio) || distance <= threshold) return 'tie';
  return ratio.value < 1 ? 'less' : 'more';
}

function excludesOne({ low, high }: Estimate): boolean {
  return low > 1 || high < 1;
}
