import type { Logger } from 'pino';
import type { Config } from '../config.js';

/** What keeps state outside this process, for all instances. */
export interface Backend {
  /** Asks whether it answers now. */
  status(): Promise<BackendStatus>;
  /** Whether an instance that has just started may serve. Once it may, it is not asked any more. */
  isReady(): boolean;
  /** What it was asked so far, but for its status. */
  trips(): number;
  close(): Promise<void>;
}

export type BackendStatus = 'up' | 'down';

/** Opens it. It need not answer for this to succeed: an instance serves what does not need it. */
export type OpenBackend<Opened extends Backend> = (config: Config, log: Logger, now: () => number) => Promise<Opened>;

export const toStatus = (answer: Promise<unknown>): Promise<BackendStatus> =>
  answer.then(
    () => 'up',
    () => 'down',
  );
