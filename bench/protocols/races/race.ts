import type { Factors, RaceRound } from '../../contract.js';
import type { ProtocolContext, Requirement } from '../protocol.js';

/** What was raced for in one round, and what went wrong. */
export type Raced = Pick<RaceRound, 'trials' | 'wrong' | 'statuses' | 'operations'>;

/** Operations that meet on one session. One file each. */
export interface Race {
  requires(factors: Factors): readonly Requirement[];
  /** About how long a round of so many trials takes. */
  seconds(trials: number): number;
  /** On the instances that serve, with users who sign in anew. */
  run(factors: Factors, trials: number, context: ProtocolContext): Promise<Raced>;
}
