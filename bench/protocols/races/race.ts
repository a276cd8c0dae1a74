import type { Factors, RaceRound } from '../../contract.js';
import type { ProtocolContext, Requirement } from '../protocol.js';

/** What was raced for in one round, and what went wrong. */
export type Raced = Pick<RaceRound, 'trials' | 'wrong' | 'statuses' | 'operations'>;

/** One round, whose users have signed in. */
export interface Contest {
  /** Operations that meet. What the cluster spends meanwhile counts as theirs. */
  run(): Promise<void>;
  /** What came of them, for the users to see afterwards. */
  look(): Promise<Raced>;
}

/** What a race has set up, for as many rounds as are wanted. */
export interface Track {
  prepare(factors: Factors, trials: number): Promise<Contest>;
  close(): Promise<void>;
}

/** Operations that meet on one session. One file each. */
export interface Race {
  requires(factors: Factors): readonly Requirement[];
  /** About how long it takes: to set up, and for each round of so many trials. */
  seconds(trials: number): { readonly setup: number; readonly round: number };
  open(context: ProtocolContext): Promise<Track>;
}

/** A race that needs nothing but the cluster, on the instances that serve. */
export function onCluster(
  prepare: (factors: Factors, trials: number, context: ProtocolContext) => Promise<Contest>,
): Race['open'] {
  return async (context) => ({
    prepare: (factors, trials) => prepare(factors, trials, context),
    close: async () => {},
  });
}

/** Answers by status, 0 where none came. */
export class Statuses {
  readonly counts: Record<string, number> = {};

  add(status: number): number {
    this.counts[status] = (this.counts[status] ?? 0) + 1;
    return status;
  }
}
