import type { BatteryRound } from '../../contract.js';
import type { ProtocolContext, Requirement } from '../protocol.js';

/** What was tried in one round, and what came of it. */
export type Tried = Pick<BatteryRound, 'cases' | 'counts'>;

/** What a battery has set up, for as many rounds as are wanted. */
export interface Rig {
  /** Tries everything once. */
  tryAll(sweep: number): Promise<Tried>;
  close(): Promise<void>;
}

/** A set of things to try. One file each. */
export interface Battery {
  readonly requires: readonly Requirement[];
  /** About how long it takes: to set up, and for each round. */
  readonly seconds: { readonly setup: number; readonly sweep: number };
  open(context: ProtocolContext): Promise<Rig>;
}
