import { STRATEGIES, type StrategyName } from '../../../services/contract.js';
import type { Summary } from '../../contract.js';
import { CRITERIA, type Criterion } from './criteria.js';
import { limitInWords, readingsOf, valueInWords } from './reading.js';

/** A strategy and the number that speaks for or against it. */
export interface Advised {
  readonly strategy: string;
  readonly value: string;
}

/** What to take, and what not, if one needs something. */
export interface Advice {
  readonly id: string;
  /** Goes on after "If ". */
  readonly need: string;
  /** "users signed out, below 10 %": what the numbers are and what they are held against. */
  readonly held: string;
  readonly take: readonly Advised[];
  readonly avoid: readonly Advised[];
  /** Measured, and not told. */
  readonly open: readonly Advised[];
  readonly claims: readonly string[];
}

/** Rules over a run's summary: each need with what gives it. Needs of which the run has no number are not there. */
export function buildGuide(strategies: readonly string[], summary: Summary): Advice[] {
  return CRITERIA.flatMap((criterion) => {
    const advice = adviceOn(criterion, strategies, summary);
    return advice.take.length + advice.avoid.length + advice.open.length > 0 ? [advice] : [];
  });
}

/** "0 s at its instance" */
function noted({ note }: Criterion, strategy: string, value: string): string {
  const traits = STRATEGIES[strategy as StrategyName];
  return `${value} ${(traits && note?.(traits)) ?? ''}`.trim();
}

export function adviceOn(criterion: Criterion, strategies: readonly string[], summary: Summary): Advice {
  const readings = readingsOf(criterion, summary);
  const known = strategies.flatMap((strategy) => {
    const reading = readings.get(strategy);
    return reading
      ? [{ ...reading, advised: { strategy, value: noted(criterion, strategy, valueInWords(reading.estimate)) } }]
      : [];
  });
  const those = (met: string) => known.filter((one) => one.met === met).map(({ advised }) => advised);
  return {
    id: criterion.id,
    need: criterion.need,
    held: `${criterion.number}, ${limitInWords(criterion, readings)}`,
    take: those('yes'),
    avoid: those('no'),
    open: those('open'),
    claims: [...new Set(known.map(({ claim }) => claim))],
  };
}
