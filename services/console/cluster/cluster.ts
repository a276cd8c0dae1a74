import type { UpstreamSnapshot } from '../../../balancer/contract.js';
import { STRATEGIES, type StrategyName } from '../../contract.js';
import type { Agents } from '../agents/agents.js';
import type { PartView, RouteView } from '../contract.js';
import { CannotNow } from '../errors.js';
import { InstanceNames, viewParts } from '../parts.js';
import type { BalancerAdmin } from './admin.js';
import type { Control } from './control.js';
import { NO_READING, type Reading, readCluster } from './reading.js';
import type { StoreProbe } from './store-probe.js';

const POLL_MS = 100;

export interface ClusterOptions {
  readonly admin: BalancerAdmin;
  readonly control: Control;
  readonly store: StoreProbe | null;
  readonly strategies: readonly StrategyName[];
  readonly agents: Agents;
  /** Takes a sentence on what has happened by itself. */
  readonly tell: (line: string) => void;
}

/** The cluster as it was read last. */
export class Cluster {
  readonly names = new InstanceNames();
  readonly #options: ClusterOptions;
  reading: Reading = NO_READING;
  #underWay: Promise<void> | undefined;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  get parts(): PartView[] {
    const { control, store, agents } = this.#options;
    const { reading, names } = this;
    return viewParts({ reading, names, control: control.state, hasStore: store !== null, agents: agents.all });
  }

  get routes(): RouteView[] {
    const routes = this.reading.routing?.routes ?? [];
    return this.#options.strategies.map((strategy) => {
      const { summary, credential } = STRATEGIES[strategy];
      const own = routes.find(({ prefix }) => prefix === `/${strategy}`) ?? routes.find(({ prefix }) => prefix === '/');
      return { strategy, summary, credential, policy: own?.policy ?? '', affinity: own?.affinity ?? '' };
    });
  }

  /** As it is from now on: a reading that is under way may be of before. */
  async refresh(): Promise<void> {
    await this.#underWay;
    this.#underWay ??= this.#read().finally(() => {
      this.#underWay = undefined;
    });
    await this.#underWay;
  }

  upstreamOf(instance: string): UpstreamSnapshot | undefined {
    const { instances } = this.reading;
    return instances.find(({ upstream }) => this.names.of(upstream.id) === instance)?.upstream;
  }

  /** @throws CannotNow where it does not come to that in time */
  async until(isSo: () => boolean, deadlineMs: number, what: string): Promise<void> {
    const deadline = AbortSignal.timeout(deadlineMs);
    for (await this.refresh(); !isSo(); await this.refresh()) {
      if (deadline.aborted) throw new CannotNow(what);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #read(): Promise<void> {
    const { admin, store, control, agents, tell } = this.#options;
    const states = new Map(this.parts.map(({ name, state }) => [name, state]));
    const before = this.reading;
    const now = await readCluster(admin, store, before);
    // Of those by the names that they had: in containers a new process has a new one.
    for (const name of this.#lostBetween(before, now)) agents.loseSessionsAt(name);
    this.names.learn(now, control.state);
    this.reading = now;
    if (before === NO_READING) return;
    for (const { name, state } of this.parts) if (states.get(name) !== state) tell(`${name} is ${state}.`);
  }

  /** Parts that are not the processes that they were. */
  #lostBetween(before: Reading, now: Reading): string[] {
    const known = new Map(before.instances.map(({ upstream, stats }) => [upstream.id, stats]));
    const instances = now.instances.filter(({ upstream, stats }) => {
      const earlier = known.get(upstream.id);
      return earlier && stats && (earlier.pid !== stats.pid || earlier.uptimeSeconds > stats.uptimeSeconds);
    });
    const isStoreNew = before.store && now.store && before.store.runId !== now.store.runId;
    return [...instances.map(({ upstream }) => this.names.of(upstream.id)), ...(isStoreNew ? ['redis'] : [])];
  }
}
