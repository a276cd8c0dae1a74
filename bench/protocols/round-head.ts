import type { Check, Factors, Machine } from '../contract.js';
import { readMachine } from './machine.js';

/** What every round says of itself. */
export interface RoundHead {
  readonly kind: 'round';
  readonly measurement: string;
  readonly factors: Factors;
  readonly sweep: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
  readonly checks: Check[];
}

/** Starts the clock of a round. What it returns stops it. */
export function beginRound(measurement: string, factors: Factors, sweep: number): (checks: Check[]) => RoundHead {
  const startedAt = new Date().toISOString();
  const [beganAt, before] = [performance.now(), readMachine()];
  return (checks) => {
    const after = readMachine();
    return {
      kind: 'round',
      measurement,
      factors,
      sweep,
      startedAt,
      durationMs: performance.now() - beganAt,
      machine: {
        stealMs: difference(before.stealMs, after.stealMs),
        pressureMs: difference(before.pressureMs, after.pressureMs),
      },
      checks,
    };
  };
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}
