/** A scene is data: what is said, what is done, what is guessed, and what is counted. */
import type { StrategyName } from '../../../contract.js';
import type { Act, AgentView, ConsoleState, RequestView } from '../../contract.js';

export interface Scene {
  readonly id: string;
  readonly title: string;
  /** What the stage and the numbers show while it runs. */
  readonly strategy: StrategyName;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly kind: 'predict' | 'run' | 'reveal';
  /** Called again whenever anything changes: a sentence says what was measured, never what is known beforehand. */
  caption(seen: Seen): string;
  /** Done one after the other when the step begins; each list may follow from what those before it did. */
  readonly acts?: readonly ((seen: Seen) => readonly Act[])[];
  /** Replies to the step's clicks are kept under this name. */
  readonly counts?: string;
  /** What the room may guess; none of it is sent anywhere. */
  guesses?(seen: Seen): readonly string[];
  /** Of a step that waits: whether what it waits for has come. Until then it acts again each second. */
  until?(seen: Seen): boolean;
  /** From this step on. */
  readonly strategy?: StrategyName;
}

export interface Seen {
  readonly state: ConsoleState;
  /** Of the console's clock, in ms since the epoch. */
  readonly nowMs: number;
  /** Of each counting step, what was answered, and when the step began. */
  readonly counted: Readonly<Record<string, Count>>;
  readonly guess: string | null;
}

export interface Count {
  readonly requests: readonly RequestView[];
  readonly beganAtMs: number;
}

const NOTHING: Count = { requests: [], beganAtMs: 0 };

/** Of requests that ask who one is. */
export function tally({ counted }: Seen, name: string, strategy?: StrategyName) {
  const { requests } = counted[name] ?? NOTHING;
  const asked = requests.filter((one) => strategy === undefined || one.strategy === strategy);
  return {
    asked: asked.length,
    recognised: asked.filter(({ recognised }) => recognised === true).length,
    refused: asked.filter(({ status }) => status === 401).length,
    unanswered: asked.filter(({ status }) => status === 0 || status >= 500).length,
    requests: asked,
  };
}

export function instancesOf({ parts }: ConsoleState) {
  return parts.filter(({ kind }) => kind === 'instance');
}

export function servingOf(state: ConsoleState): number {
  return instancesOf(state).filter(({ state: is }) => is === 'up').length;
}

export function agentsOf({ agents }: ConsoleState, strategy: StrategyName): readonly AgentView[] {
  return agents.filter((agent) => agent.strategy === strategy && !agent.isThief);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${Math.round((100 * part) / whole)} %`;
}

export function listOf(names: readonly string[]): string {
  if (names.length === 0) return 'nobody';
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What the room said, where it said anything. */
export function guessed({ guess }: Seen): string {
  return guess === null ? '' : ` You guessed: ${guess}.`;
}

export const RESET: NonNullable<Step['acts']> = [() => [{ do: 'reset' }]];
