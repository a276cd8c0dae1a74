import { type DestinationStream, pino } from 'pino';
import type { DecisionObserver } from './decisions.js';

/** One line a request, with every attempt. */
export function createAccessLog(destination: DestinationStream): DecisionObserver {
  const log = pino({ base: null }, destination);
  return {
    wants: () => true,
    observe: (decision) => log.info(decision),
  };
}
