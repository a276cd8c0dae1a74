import type { StrategyName } from '../../services/contract.js';
import type { PartName } from '../cluster/cluster.js';
import type { Outcome } from '../load/steady-load.js';

/** What can be done to a part. */
export type Harm = 'killed' | 'frozen' | 'drained';

export interface Fault {
  readonly harm: Harm;
  readonly part: PartName;
}

/** Who sends what: the load's sender of the same index. */
export interface Sender {
  readonly strategy: StrategyName;
  readonly method: 'GET' | 'POST';
  /** Where the user has signed in. */
  readonly home: string | null;
}

/** What happened around one fault. Times are ms from the start of its load. */
export interface Episode {
  readonly fault: Fault;
  readonly startMs: number;
  /** When the part served again, or was given up. */
  readonly mendedMs: number;
  readonly servesAgain: boolean;
  readonly senders: readonly Sender[];
  readonly outcomes: readonly Outcome[];
  /** Attempts that failed at each instance, as the balancer counts them. */
  readonly failures: Readonly<Record<PartName, number>>;
}

export function nameFault({ harm, part }: Fault): string {
  return `${part} ${harm}`;
}
