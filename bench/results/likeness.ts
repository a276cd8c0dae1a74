import type { ContextRecord, Results } from '../contract.js';
import { BenchError } from '../errors.js';

/** What a measurement depends on, flat. */
export type Shape = Readonly<Record<string, string | number | null>>;

export interface Difference {
  readonly name: string;
  readonly before: Shape[string];
  readonly after: Shape[string];
}

/** What only one of them has is null in the other. */
export function differencesOf(before: Shape, after: Shape): Difference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }))
    .filter((difference) => difference.before !== difference.after);
}

/** Everything that numbers of one file have in common. */
export function contextShape({ kind: _, versions, settings, ...context }: ContextRecord): Shape {
  return { ...context, ...versions, ...settings };
}

/** Runs that differ in this say nothing about each other. */
function machineShape({ cpuModel, cores, cluster, cpuQuota, node }: ContextRecord): Shape {
  return { cluster, cpuQuota, cpuModel, cores, node: `${node.split('.')[0]}.x` };
}

/** @throws BenchError RUNS_UNLIKE naming every difference in what must agree */
export function requireAlike(before: Results, after: Results): void {
  const [ours, theirs] = [contextOf(before, 'A'), contextOf(after, 'B')];
  const differences = differencesOf(machineShape(ours), machineShape(theirs));
  if (differences.length === 0) return;
  const list = differences.map(
    ({ name, before, after }) => `${name} is ${before ?? 'none'} in A and ${after ?? 'none'} in B`,
  );
  throw unlike(`${list.join(', ')}.`);
}

function contextOf({ context, plan }: Results, name: string): ContextRecord {
  if (context && plan) return context;
  throw unlike(`${name} ended before it measured anything.`);
}

export function unlike(why: string): BenchError {
  return new BenchError('RUNS_UNLIKE', `These runs cannot be compared: ${why}`);
}

/** What may differ between runs that are compared, and may be the cause of a change. */
export function circumstancesOf({ run, context }: Results): Shape {
  const { seed, minutes } = run;
  if (!context) return { seed, minutes };
  const { os, node, redis, postgres, commit, versions, settings } = context;
  return { seed, minutes, commit, ...settings, node, redis, postgres, os, ...versions };
}
