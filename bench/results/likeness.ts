import type { Context, Results } from '../contract.js';
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
export function contextShape({ load, versions, settings, ...context }: Context): Shape {
  return { ...context, ...versions, ...settings, ...load };
}

/** Runs that differ in this say nothing about each other. */
function runShape({ run, context }: Results, shared: ReadonlySet<string>): Shape {
  const { cpuModel, cores, cluster, cpuQuota, node } = context;
  const major = `${node.split('.')[0]}.x`;
  return { profile: run.profile, cluster, cpuQuota, cpuModel, cores, node: major, ...loadOf(context, shared) };
}

/** A name before the first dot is that of an experiment: of no account unless both runs have it. */
function loadOf({ load }: Context, shared: ReadonlySet<string>): Context['load'] {
  const entries = Object.entries(load).filter(([key]) => !key.includes('.') || shared.has(key.split('.', 1).join()));
  return Object.fromEntries(entries);
}

/** @throws BenchError RUNS_UNLIKE naming every difference in what must agree */
export function requireAlike(before: Results, after: Results): void {
  const ids = new Set(after.experiments.map(({ id }) => id));
  const shared = new Set(before.experiments.map(({ id }) => id).filter((id) => ids.has(id)));
  const differences = differencesOf(runShape(before, shared), runShape(after, shared));
  if (differences.length === 0) return;
  const list = differences.map(
    ({ name, before, after }) => `${name} is ${before ?? 'none'} in A and ${after ?? 'none'} in B`,
  );
  throw new BenchError('RUNS_UNLIKE', `These runs cannot be compared: ${list.join(', ')}.`);
}

/** What may differ between runs that are compared, and may be the cause of a change. */
export function circumstancesOf({ run, context }: Results): Shape {
  const { os, node, redis, postgres, commit, versions, settings } = context;
  return { seed: run.seed, commit, ...settings, node, redis, postgres, os, ...versions };
}
