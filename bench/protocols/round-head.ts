import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** Of the wall's clock against the one that counts on: a machine that slept, or a clock that was set. */
const CLOCKS_APART_MS = 500;
/** Longer than any machine that only is busy holds up the process that measures. */
const STANDSTILL_MS = 2_000;
const RESOLUTION_MS = 20;
const NANOS_PER_MS = 1e6;

/** One for all rounds: one that is measured again leaves none behind. */
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

/** Starts the clock of a round. What it returns stops it. */
export function beginRound(measurement: string, factors: Factors, sweep: number): (checks: Check[]) => RoundHead {
  const [wallAt, beganAt, before] = [Date.now(), performance.now(), readMachine()];
  delay.reset();
  delay.enable();
  return (checks) => {
    delay.disable();
    const after = readMachine();
    const durationMs = performance.now() - beganAt;
    return {
      kind: 'round',
      measurement,
      factors,
      sweep,
      startedAt: new Date(wallAt).toISOString(),
      durationMs,
      machine: {
        stealMs: difference(before.stealMs, after.stealMs),
        pressureMs: difference(before.pressureMs, after.pressureMs),
      },
      checks: [clocksAgree(Date.now() - wallAt, durationMs), wentOn(delay.max / NANOS_PER_MS), ...checks],
    };
  };
}

function clocksAgree(wallMs: number, durationMs: number): Check {
  return {
    name: 'clocks agree',
    ok: Math.abs(wallMs - durationMs) <= CLOCKS_APART_MS,
    detail: `${wallMs.toFixed(0)} ms by the wall's clock, ${durationMs.toFixed(0)} by the one that counts on`,
  };
}

function wentOn(longestMs: number): Check {
  return {
    name: 'nothing stood still',
    ok: longestMs <= STANDSTILL_MS,
    detail: `for ${longestMs.toFixed(0)} ms at the longest`,
  };
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}
