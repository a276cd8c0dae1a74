/** Plays a scene: one step at a time, forwards by doing, backwards by reading again. */
import type { Act, ActReply, ConsoleState } from '../contract.js';
import type { Count, Scene, Seen, Step } from './scenes/scene.js';

export interface PlayerSettings {
  readonly scene: Scene;
  act(act: Act): Promise<ActReply>;
  state(): ConsoleState;
  now(): number;
  /** Resolves when what was done has been seen: no dot moves any more. */
  settle(): Promise<void>;
  wait(ms: number): Promise<void>;
  changed(): void;
}

export interface Player {
  readonly scene: Scene;
  readonly at: number;
  readonly step: Step;
  readonly isBusy: boolean;
  readonly failure: string | null;
  seen(): Seen;
  begin(): Promise<void>;
  forward(): Promise<void>;
  back(): void;
  guess(answer: string): void;
  stop(): void;
}

interface Memory {
  at: number;
  /** The step that was done last: those up to it are read, not done, again. */
  done: number;
  isBusy: boolean;
  /** Left while it waited: by ▶, which goes on with the next. */
  isSkipped: boolean;
  isStopped: boolean;
  failure: string | null;
  guess: string | null;
  counted: Record<string, Count>;
}

export function createPlayer(settings: PlayerSettings): Player {
  const { scene, changed } = settings;
  const memory: Memory = {
    at: 0,
    done: -1,
    isBusy: false,
    isSkipped: false,
    isStopped: false,
    failure: null,
    guess: null,
    counted: {},
  };
  const seen = () => ({ state: settings.state(), nowMs: settings.now(), counted: memory.counted, guess: memory.guess });
  const stepAt = (index: number) => scene.steps[index] as Step;
  async function enter(index: number) {
    Object.assign(memory, { at: index, isBusy: index > memory.done, failure: null });
    changed();
    if (index <= memory.done) return;
    try {
      await perform(stepAt(index), { ...settings, memory, seen });
      memory.done = index;
    } catch (error) {
      memory.failure = (error as Error).message;
    }
    memory.isBusy = false;
    changed();
    if (memory.isSkipped) await enter(index + 1);
  }
  return {
    scene,
    seen,
    get at() {
      return memory.at;
    },
    get step() {
      return stepAt(memory.at);
    },
    get isBusy() {
      return memory.isBusy;
    },
    get failure() {
      return memory.failure;
    },
    begin: () => enter(0),
    /** A step that failed is tried again; one that waits is left. */
    async forward() {
      if (memory.isBusy && stepAt(memory.at).until) memory.isSkipped = true;
      else if (memory.isBusy) return;
      else if (memory.at > memory.done) await enter(memory.at);
      else if (memory.at + 1 < scene.steps.length) await enter(memory.at + 1);
    },
    back() {
      if (!memory.isBusy && memory.at > 0) void enter(memory.at - 1);
    },
    guess(answer) {
      memory.guess = answer;
      changed();
    },
    stop() {
      memory.isStopped = true;
    },
  };
}

interface Performance extends PlayerSettings {
  readonly memory: Memory;
  seen(): Seen;
}

async function perform(step: Step, { memory, seen, act, settle, wait, now, changed }: Performance): Promise<void> {
  const name = step.counts;
  if (name !== undefined) memory.counted = { ...memory.counted, [name]: { requests: [], beganAtMs: now() } };
  memory.isSkipped = false;
  const isOver = () => memory.isStopped || memory.isSkipped || step.until?.(seen()) !== false;
  do {
    for (const list of step.acts ?? []) {
      for (const one of list(seen())) {
        const { requests = [] } = await act(one);
        // A sign-in is answered, too, and is no click.
        if (name !== undefined && one.do === 'click')
          memory.counted = { ...memory.counted, [name]: addTo(memory.counted[name], requests) };
      }
      if (!step.until) await settle();
      changed();
    }
    if (!isOver()) await wait(1000);
  } while (!isOver());
}

function addTo(count: Count | undefined, requests: Count['requests']): Count {
  return { beganAtMs: count?.beganAtMs ?? 0, requests: [...(count?.requests ?? []), ...requests] };
}
