import { levenbergMarquardt } from 'ml-levenberg-marquardt';

/** X(N) = γN / (1 + α(N - 1) + βN(N - 1)): Gunther, "Guerrilla Capacity Planning", 2007. */
export interface ScalabilityLaw {
  /** Contention: the share of work that waits for its turn. */
  readonly alpha: number;
  /** Coherency: the cost of each pair that must agree. */
  readonly beta: number;
  /** Throughput of one instance. */
  readonly gamma: number;
}

export interface Point {
  readonly instances: number;
  readonly throughputRps: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A bootstrap interval of a statistic over rounds: `bootstrapInterval` of stats with its options filled in. */
export type IntervalOver = (
  rounds: readonly (readonly Point[])[],
  statistic: (sample: readonly (readonly Point[])[]) => number,
) => Interval;

export type ScalabilityFit =
  | {
      readonly identifiable: true;
      readonly law: ScalabilityLaw;
      readonly intervals: Readonly<Record<Parameter, Interval>>;
    }
  | { readonly identifiable: false; readonly because: string };

export function evaluateLaw({ alpha, beta, gamma }: ScalabilityLaw, instances: number): number {
  return (gamma * instances) / (1 + alpha * (instances - 1) + beta * instances * (instances - 1));
}

type Parameter = keyof ScalabilityLaw;

/** Least squares under α, β ≥ 0. With fewer than four different numbers of instances it is a guess: see describeScaling. */
export function fitLaw(points: readonly Point[]): ScalabilityLaw {
  const inside = fitFree(points, ['gamma', 'alpha', 'beta']);
  if (isPossible(inside)) return inside;
  // The optimum is then on the border, where a coefficient is 0. Clamping the steps instead, as the library's minValues do,
  // ends beside it.
  const onBorder = [
    fitFree(points, ['gamma', 'alpha']),
    fitFree(points, ['gamma', 'beta']),
    fitFree(points, ['gamma']),
  ];
  const errorOf = (law: ScalabilityLaw) =>
    points.reduce((sum, point) => sum + (point.throughputRps - evaluateLaw(law, point.instances)) ** 2, 0);
  return onBorder.filter(isPossible).reduce((best, law) => (errorOf(law) < errorOf(best) ? law : best));
}

function isPossible({ alpha, beta, gamma }: ScalabilityLaw): boolean {
  return alpha >= 0 && beta >= 0 && gamma > 0;
}

/** Fits the parameters named and holds the other coefficients at 0. */
function fitFree(points: readonly Point[], free: readonly Parameter[]): ScalabilityLaw {
  // Scaled to about 1 an instance, so that one step size suits all parameters.
  const scale = Math.max(...points.map(({ instances, throughputRps }) => throughputRps / instances));
  const start = { alpha: 0.01, beta: 0.001, gamma: 1 };
  const toLaw = (values: readonly number[]): ScalabilityLaw => {
    const freeOrZero = (name: Parameter) => values[free.indexOf(name)] ?? 0;
    return { alpha: freeOrZero('alpha'), beta: freeOrZero('beta'), gamma: freeOrZero('gamma') };
  };
  const { parameterValues } = levenbergMarquardt(
    { x: points.map(({ instances }) => instances), y: points.map(({ throughputRps }) => throughputRps / scale) },
    (values) => (instances) => evaluateLaw(toLaw(values), instances),
    {
      initialValues: free.map((name) => start[name]),
      jacobianFunction: (values) => (instances) => {
        const slopes = slopesOf(toLaw(values), instances);
        return free.map((name) => slopes[name]);
      },
      errorTolerance: 1e-12,
    },
  );
  const { alpha, beta, gamma } = toLaw(parameterValues);
  return { alpha, beta, gamma: gamma * scale };
}

/** Partial derivatives of the throughput. */
function slopesOf({ alpha, beta, gamma }: ScalabilityLaw, n: number): ScalabilityLaw {
  const divisor = 1 + alpha * (n - 1) + beta * n * (n - 1);
  const byDivisor = (-gamma * n) / divisor ** 2;
  return { alpha: byDivisor * (n - 1), beta: byDivisor * n * (n - 1), gamma: n / divisor };
}

const LEAST_SIZES = 4;
/** Of the ideal throughput, at the largest size measured: how far apart the ends of α's or β's interval may put the loss. */
const WIDEST_LOSS = 0.5;

/**
 * The law with intervals as a description of what was measured, never to be extrapolated. A round is one throughput for each
 * size. Not identifiable where the sizes are too few, or where the rounds leave open how much of the loss is whose.
 */
export function describeScaling(rounds: readonly (readonly Point[])[], intervalOver: IntervalOver): ScalabilityFit {
  const sizes = new Set(rounds.flat().map(({ instances }) => instances));
  if (sizes.size < LEAST_SIZES) {
    return { identifiable: false, because: `three parameters need at least ${LEAST_SIZES} sizes, not ${sizes.size}` };
  }
  const of = (parameter: Parameter) => intervalOver(rounds, (sample) => fitLaw(sample.flat())[parameter]);
  const intervals = { alpha: aboveZero(of('alpha')), beta: aboveZero(of('beta')), gamma: of('gamma') };
  const largest = Math.max(...sizes);
  const lossByAlpha = (intervals.alpha.high - intervals.alpha.low) * (largest - 1);
  const lossByBeta = (intervals.beta.high - intervals.beta.low) * largest * (largest - 1);
  if (Math.max(lossByAlpha, lossByBeta) > WIDEST_LOSS) {
    return { identifiable: false, because: 'the rounds differ too much to tell contention from coherency' };
  }
  return { identifiable: true, law: fitLaw(rounds.flat()), intervals };
}

function aboveZero({ low, high }: Interval): Interval {
  return { low: Math.max(0, low), high };
}
