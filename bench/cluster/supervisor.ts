import type { PartName } from './cluster.js';
import type { Part } from './part.js';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** One that has served for as long has recovered: its next wait is a first one again. */
const STEADY_MS = 10_000;

export interface Supervision {
  /** Takes a line for people. */
  tell(line: string): void;
  startAgain(name: PartName): Promise<void>;
  /** In ms. */
  now(): number;
  /** Rejects where the signal comes first. */
  wait(waitMs: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * Starts again what dies, each time after a longer wait, and says so. One mending at a time for each part: of two, each would end
 * what the other has started.
 */
export class Supervisor {
  readonly #supervision: Supervision;
  readonly #closing = new AbortController();
  readonly #waits = new Map<PartName, { readonly waitMs: number; readonly runsSinceMs: number }>();
  /** Those being mended, each with how it has died since it was last started, if it has. */
  readonly #mending = new Map<PartName, string | undefined>();

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
  }

  /** @param loss a sentence on what is lost with the part, or nothing */
  watch(part: Pick<Part, 'spec' | 'onDeath' | 'death'>, loss: string): void {
    const { name } = part.spec;
    part.onDeath = (how) => {
      const isMended = this.#mending.has(name);
      this.#mending.set(name, how);
      if (!isMended) void this.#mend(name, how, loss);
    };
    if (part.death !== undefined) part.onDeath(part.death);
  }

  /** From now on whatever ends stays so. */
  close(): void {
    this.#closing.abort();
  }

  async #mend(name: PartName, how: string, loss: string): Promise<void> {
    const { tell, startAgain, now, wait } = this.#supervision;
    const { signal } = this.#closing;
    let reason: string | undefined = how;
    for (let waitMs = this.#firstWait(name); !signal.aborted; waitMs = longer(waitMs)) {
      tell(`${name} ${reason}; it starts again in ${waitMs / 1000} s. ${loss}`.trimEnd());
      try {
        await wait(waitMs, signal);
        this.#mending.set(name, undefined);
        await startAgain(name);
        reason = this.#mending.get(name);
        if (reason !== undefined) continue;
        this.#mending.delete(name);
        this.#waits.set(name, { waitMs, runsSinceMs: now() });
        return tell(`${name} runs again.`);
      } catch (error) {
        reason = `does not start (${(error as Error).message})`;
      }
    }
  }

  #firstWait(name: PartName): number {
    const last = this.#waits.get(name);
    return last && this.#supervision.now() - last.runsSinceMs < STEADY_MS ? longer(last.waitMs) : FIRST_WAIT_MS;
  }
}

function longer(waitMs: number): number {
  return Math.min(2 * waitMs, LONGEST_WAIT_MS);
}
