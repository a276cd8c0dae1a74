import { type ControlAct, type ControlOrder, type ControlState, FREEZE_SECONDS, HEADERS, OPS } from '../../contract.js';
import { CannotNow } from '../errors.js';
import type { Control } from './control.js';
import type { InstanceReading } from './reading.js';
import type { StoreProbe } from './store-probe.js';

const DEADLINE_MS = 1500;
const FREEZE_MS = FREEZE_SECONDS * 1000;

export interface OpsControlOptions {
  readonly token: string;
  readonly store: StoreProbe | null;
  readonly instances: () => readonly InstanceReading[];
  readonly nameOf: (upstreamId: string) => string;
  readonly now: () => number;
}

/**
 * Orders to the parts themselves, where what started them takes none: instances at their operations listeners, Redis by its own
 * protocol. A killed instance is started again by its engine; what is frozen goes on by itself.
 */
export class OpsControl implements Control {
  readonly cannotAct = null;
  readonly #options: OpsControlOptions;
  readonly #frozenUntilMs = new Map<string, number>();

  constructor(options: OpsControlOptions) {
    this.#options = options;
  }

  get state(): ControlState {
    const { instances, nameOf, store } = this.#options;
    const parts = instances().map(({ upstream, stats }) => {
      const acts: ControlAct[] = stats === null ? [] : ['kill', 'freeze'];
      return this.#describe(nameOf(upstream.id), acts, upstream.url);
    });
    const redis = store === null ? [] : [this.#describe('redis', ['freeze'], null)];
    return { parts: [...parts, ...redis], canAdd: false };
  }

  async order(order: ControlOrder): Promise<void> {
    if (order.do === 'add') throw new CannotNow('docker compose up --scale app=N adds instances.');
    if (order.do === 'part') await this.#act(order.part, order.act);
  }

  async #act(name: string, act: ControlAct): Promise<void> {
    const { store } = this.#options;
    if (name === 'redis') await store?.freeze(FREEZE_MS);
    else await this.#post(name, act === 'kill' ? OPS.kill : OPS.freeze);
    if (act === 'freeze') this.#frozenUntilMs.set(name, this.#options.now() + FREEZE_MS);
  }

  async #post(name: string, path: string): Promise<void> {
    const { instances, nameOf, token } = this.#options;
    const instance = instances().find(({ upstream }) => nameOf(upstream.id) === name);
    if (instance === undefined) throw new CannotNow(`There is no ${name}.`);
    const { status } = await fetch(new URL(path, instance.upstream.healthUrl), {
      method: 'POST',
      headers: { [HEADERS.controlToken]: token },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (status !== 202) throw new CannotNow(`${name} takes no orders: its answer was ${status}.`);
  }

  #describe(name: string, acts: readonly ControlAct[], url: string | null): ControlState['parts'][number] {
    const isFrozen = (this.#frozenUntilMs.get(name) ?? 0) > this.#options.now();
    return { name, state: isFrozen ? 'frozen' : 'up', acts: isFrozen ? [] : acts, url };
  }
}
