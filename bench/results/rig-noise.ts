import { BASELINE } from '../../services/contract.js';
import type { Estimate } from '../stats/estimate.js';
import { noiseOf } from '../stats/noise.js';
import { unpairedRatio } from '../stats/unpaired.js';
import type { RunNumber } from './numbers.js';

/** The same number of two runs. */
export interface Pair {
  readonly before: RunNumber;
  readonly after: RunNumber;
}

/** What two runs tell about the rig that they were measured on. */
export interface RigNoise {
  /** Relative difference that the A/A control of either run may have: 0.03 is 3 %. Null where there is no control. */
  readonly threshold: number | null;
  /** The baseline's CPU time, after / before: moved by the machine, or by what all strategies share. Null where there is none. */
  readonly baseline: Estimate | null;
  /** Relative differences of this number up to this are none. */
  sameBelow(number: RunNumber): number;
  /** A number that moved as such a number moves with the machine, or undefined where it does not. */
  drift(number: RunNumber): Drift | undefined;
}

export interface Drift {
  readonly before: Estimate;
  readonly after: Estimate;
}

const INSTANCE_CPU = 'instanceCpuMicrosPerRequest';
const CPU_RATIO = 'instanceCpuRatioToNone';

/** Units of what moves with the speed of the machine, and of that what grows with it. */
const MACHINE_BOUND = new Set(['µs', 'ms', '1/s']);
const RATE = '1/s';

/**
 * CPU times are held against the A/A controls. What the machine's speed moves is held against the baseline as well, for the
 * intervals of a run know nothing of what slowed all of it: against the same metric of the same claim, or else against its CPU
 * time. Sizes, shares and counts need neither.
 */
export function noiseOfRig(pairs: readonly Pair[]): RigNoise {
  const thresholds = pairs
    .filter(({ before }) => isControl(before) && before.metric === CPU_RATIO)
    .flatMap(({ before, after }) => [before.estimate, after.estimate])
    .flatMap((ratio) => (ratio.low > 0 ? [noiseOf(ratio).threshold] : []));
  const threshold = thresholds.length > 0 ? Math.max(...thresholds) : null;
  const baselines = pairs.filter(({ before }) => before.factors.strategy === BASELINE && !isControl(before));
  const cpu = driftOf(baselines.find(({ before }) => before.metric === INSTANCE_CPU));
  return {
    threshold,
    baseline: (cpu && unpairedRatio([cpu.after], [cpu.before])) ?? null,
    sameBelow: (number) => (number.metric === CPU_RATIO || isMachineBound(number) ? (threshold ?? 0) : 0),
    drift(number) {
      if (!isMachineBound(number)) return undefined;
      const { claim, metric, estimate } = number;
      const own = driftOf(baselines.find(({ before }) => before.claim === claim && before.metric === metric));
      const inverse = cpu && { before: cpu.after, after: cpu.before };
      return own ?? (estimate.unit === RATE ? inverse : cpu);
    },
  };
}

export function isControl({ factors }: RunNumber): boolean {
  return factors.control === true;
}

function isMachineBound({ estimate }: RunNumber): boolean {
  return MACHINE_BOUND.has(estimate.unit);
}

/** Undefined also where an interval reaches to zero: what costs the baseline nothing tells nothing of the machine. */
function driftOf(pair: Pair | undefined): Drift | undefined {
  const [before, after] = [pair?.before.estimate, pair?.after.estimate];
  return before && after && before.low > 0 && after.low > 0 ? { before, after } : undefined;
}
