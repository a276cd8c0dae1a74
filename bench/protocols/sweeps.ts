import type { Factors } from '../contract.js';
import { shuffle } from '../stats/prng.js';
import type { ProtocolContext } from './protocol.js';

/** Sweep after sweep, a round of each cell in random order, for as long as it is asked. */
export async function* sweepsOf<R>(
  cells: readonly Factors[],
  context: ProtocolContext,
  measureRound: (factors: Factors, sweep: number) => Promise<R>,
): AsyncGenerator<readonly R[]> {
  for (let sweep = context.firstSweep; ; sweep++) {
    const rounds: R[] = [];
    for (const factors of shuffle(cells, context.random(`order ${sweep}`))) {
      rounds.push(await measureRound(factors, sweep));
    }
    yield rounds;
  }
}
