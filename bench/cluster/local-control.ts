import type {
  ControlAct,
  ControlledPart,
  ControlNews,
  ControlOrder,
  ControlReply,
  ControlRequest,
  ControlState,
} from '../../services/contract.js';
import { BenchError } from '../errors.js';
import type { PartName } from './cluster.js';
import { CONSOLE } from './local-parts.js';
import type { LocalProcesses } from './local-processes.js';
import type { LocalUpstreams } from './local-upstreams.js';
import type { Part } from './part.js';

export interface ControlledCluster {
  readonly processes: LocalProcesses;
  readonly upstreams: LocalUpstreams;
  startAgain(name: PartName): Promise<void>;
  addInstance(): Promise<void>;
  removeInstance(name: PartName): Promise<void>;
}

/** More than a page can show. */
const MOST_INSTANCES = 12;

type State = ControlledPart['state'];

/** What can be done to parts of a kind, by their state. */
const ACTS: Readonly<Record<string, Readonly<Partial<Record<State, readonly ControlAct[]>>>>> = {
  instance: { up: ['kill', 'freeze', 'restart'], frozen: ['thaw', 'kill'], down: ['revive'] },
  redis: { up: ['stop', 'freeze', 'restart'], frozen: ['thaw', 'stop'], down: ['revive'] },
  balancer: { up: ['restart'] },
};

/** Carries out the console's orders, one after the other: what was killed by order stays dead until it is revived. */
export class LocalControl {
  readonly #cluster: ControlledCluster;
  readonly #console: Part;
  readonly #initial: readonly PartName[];
  /** By name, the process that was frozen. */
  readonly #frozen = new Map<PartName, number | undefined>();
  #turn: Promise<unknown> = Promise.resolve();

  /** @param console the part that gives the orders */
  constructor(cluster: ControlledCluster, console: Part) {
    this.#cluster = cluster;
    this.#console = console;
    this.#initial = cluster.upstreams.names;
    console.onMessage = (message) => this.#hear(message as Partial<ControlRequest>);
    this.tell(null);
  }

  get state(): ControlState {
    const { processes, upstreams } = this.#cluster;
    const parts = processes.all.filter(({ spec }) => spec.name !== CONSOLE);
    return {
      parts: parts.map((part) => this.#describe(part)),
      canAdd: upstreams.names.length < MOST_INSTANCES,
    };
  }

  /** @param line what has happened by itself, if anything has */
  tell(line: string | null): void {
    this.#console.send({ controlNews: { state: this.state, line } } satisfies ControlNews);
  }

  #hear({ control }: Partial<ControlRequest>): void {
    // Its first word, also after it was started again: it knows nothing yet.
    if (control === undefined) this.tell(null);
    else this.#turn = this.#turn.then(() => this.#obey(control));
  }

  async #obey({ id, order }: ControlRequest['control']): Promise<void> {
    const failure = await this.#carryOut(order).then(
      () => null,
      (error: unknown) => (error as Error).message,
    );
    this.tell(null);
    this.#console.send({ controlReply: { id, failure } } satisfies ControlReply);
  }

  async #carryOut(order: ControlOrder): Promise<void> {
    if (order.do === 'restore') return this.#restore();
    if (order.do === 'part') return this.#act(order.part, order.act);
    if (!this.state.canAdd) throw new BenchError('CLUSTER_FAILED', 'There are as many instances as there may be.');
    return this.#cluster.addInstance();
  }

  async #act(name: PartName, act: ControlAct): Promise<void> {
    const part = this.#cluster.processes.get(name);
    const { acts, state } = this.#describe(part);
    if (!acts.includes(act))
      throw new BenchError('CLUSTER_FAILED', `${act} cannot be done to ${name}: it is ${state}.`);
    const perform: Readonly<Record<ControlAct, () => unknown>> = {
      kill: () => part.kill(),
      stop: () => part.kill(),
      freeze: () => this.#freeze(part),
      thaw: () => this.#thaw(part),
      revive: () => this.#revive(name),
      restart: () => this.#revive(name),
      remove: () => this.#cluster.removeInstance(name),
    };
    await perform[act]();
  }

  async #restore(): Promise<void> {
    const { processes, upstreams, addInstance, removeInstance } = this.#cluster;
    for (const name of upstreams.names) if (!this.#initial.includes(name)) await removeInstance(name);
    for (const part of processes.all) {
      if (this.#stateOf(part) === 'frozen') this.#thaw(part);
      if (!part.running && part.death === undefined) await this.#revive(part.spec.name);
    }
    while (upstreams.names.length < this.#initial.length) await addInstance();
    await upstreams.untilUp();
  }

  async #revive(name: PartName): Promise<void> {
    const { startAgain, upstreams } = this.#cluster;
    if (upstreams.has(name)) await upstreams.renew(name, () => startAgain(name));
    else await startAgain(name);
  }

  #freeze(part: Part): void {
    this.#frozen.set(part.spec.name, part.pid);
    part.signal('SIGSTOP');
  }

  #thaw(part: Part): void {
    part.signal('SIGCONT');
    this.#frozen.delete(part.spec.name);
  }

  #stateOf(part: Part): State {
    if (!part.running) return 'down';
    if (this.#frozen.get(part.spec.name) === part.pid) return 'frozen';
    return part.isUp ? 'up' : 'starting';
  }

  #describe(part: Part): ControlledPart {
    const { upstreams } = this.#cluster;
    const { name } = part.spec;
    const state = this.#stateOf(part);
    const url = upstreams.urlOf(name) ?? null;
    const kind = url === null ? name : 'instance';
    // What has died by itself is being started again.
    const acts = part.death === undefined ? (ACTS[kind]?.[state] ?? []) : [];
    const canGo = kind === 'instance' && acts.length > 0 && upstreams.names.length > 1;
    return { name, state, url, acts: canGo ? [...acts, 'remove'] : acts };
  }
}
