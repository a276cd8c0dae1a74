import { BASELINE } from '../../services/contract.js';
import { CONTROL, type Estimate } from '../contract.js';
import { noiseOf } from '../stats/noise.js';
import { unpairedRatio } from '../stats/unpaired.js';
import type { Pair } from './matching.js';

/** What two runs tell about the rig that they were measured on. */
export interface RigNoise {
  /** Relative difference that the A/A control of either run may have: 0.03 is 3 %. Null where there is no control. */
  readonly threshold: number | null;
  /** The baseline's CPU time, after / before: moved by the machine, or by what all strategies share. Null where there is none. */
  readonly baseline: Estimate | null;
  /** Relative differences of this metric up to this are ties. */
  tieBelow(metric: string): number;
  /** A number that moved as such a number moves with the machine, or undefined where it does not. */
  drift(experiment: string, metric: string): Drift | undefined;
}

export interface Drift {
  readonly before: Estimate;
  readonly after: Estimate;
}

const INSTANCE_CPU = 'instanceCpuMicrosPerRequest';
const CPU_RATIO = 'instanceCpuRatioToNone';

/** Metrics that move with the speed of the machine, by the units in their names, and those of them that grow with it. */
const MACHINE_BOUND = /Micros|Ms$|Rps$/;
const RATE = /Rps$/;

/**
 * CPU times are held against the A/A controls. What the machine's speed moves is held against the baseline as well, for the
 * intervals of a run know nothing of what slowed all of it: against the same metric in the same experiment, or else against
 * its CPU time. Sizes, shares and counts need neither.
 */
export function noiseOfRig(pairs: readonly Pair[]): RigNoise {
  const thresholds = pairs
    .filter(isControl)
    .flatMap(({ before, after }) => [before.metrics[CPU_RATIO], after.metrics[CPU_RATIO]])
    .flatMap((ratio) => (ratio && ratio.low > 0 ? [noiseOf(ratio).threshold] : []));
  const threshold = thresholds.length > 0 ? Math.max(...thresholds) : null;
  const baselines = pairs.filter((pair) => pair.before.factors.strategy === BASELINE && !isControl(pair));
  const cpu = estimatesOf(baselines[0], INSTANCE_CPU);
  return {
    threshold,
    baseline: (cpu && unpairedRatio([cpu.after], [cpu.before])) ?? null,
    tieBelow: (metric) => (metric === CPU_RATIO || MACHINE_BOUND.test(metric) ? (threshold ?? 0) : 0),
    drift(experiment, metric) {
      if (!MACHINE_BOUND.test(metric)) return undefined;
      const baseline = baselines.find((pair) => pair.experiment === experiment);
      const inverse = cpu && { before: cpu.after, after: cpu.before };
      return estimatesOf(baseline, metric) ?? (RATE.test(metric) ? inverse : cpu);
    },
  };
}

function isControl({ before }: Pair): boolean {
  return before.factors[CONTROL] === true;
}

/** Undefined also where an interval reaches to zero: what costs the baseline nothing tells nothing of the machine. */
function estimatesOf(pair: Pair | undefined, metric: string): Drift | undefined {
  const [before, after] = [pair?.before.metrics[metric], pair?.after.metrics[metric]];
  return before && after && before.low > 0 && after.low > 0 ? { before, after } : undefined;
}
