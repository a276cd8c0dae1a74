import { readFileSync } from 'node:fs';
import type { Machine } from '../contract.js';

/** /proc/stat counts in hundredths of a second: USER_HZ is 100 on every Linux that Node.js runs on. */
const TICK_MS = 10;
const MICROS_PER_MS = 1000;

/** Counters since the machine started, as far as its kernel tells. */
export function readMachine(): Machine {
  return {
    stealMs: read('/proc/stat', /^cpu +(?:\d+ ){7}(\d+)/m, TICK_MS),
    pressureMs: read('/proc/pressure/cpu', /^some .*total=(\d+)/m, 1 / MICROS_PER_MS),
  };
}

function read(file: string, pattern: RegExp, factor: number): number | null {
  try {
    const [, found] = pattern.exec(readFileSync(file, 'utf8')) ?? [];
    return found === undefined ? null : Number(found) * factor;
  } catch {
    return null;
  }
}
