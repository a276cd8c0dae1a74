import type { StrategyName } from '../contract.js';
import { Agents } from './agents/agents.js';
import { Pacer } from './agents/pacer.js';
import { BalancerWire } from './agents/wire.js';
import { BalancerAdmin } from './cluster/admin.js';
import { Cluster } from './cluster/cluster.js';
import type { Control } from './cluster/control.js';
import type { OpsControlOptions } from './cluster/ops-control.js';
import { StoreProbe } from './cluster/store-probe.js';
import type { ConsoleConfig } from './config.js';
import type { LogLine, RequestView } from './contract.js';
import { Costs } from './costs.js';
import { RequestFeed } from './feed.js';
import { sampleOf } from './samples.js';
import { type Scenery, Stage } from './stage.js';
import { Watchers } from './watchers.js';

const SAMPLE_MS = 1000;
const REOPEN_MS = 500;
/** What is told between two samples, at most; a click may ask thousands of times. */
const MAX_TOLD = 5000;

/** Who carries out orders may tell what has changed by itself, and ask what was read of the cluster. */
export type ControlFactory = (
  changed: (line: string | null) => void,
  known: Pick<OpsControlOptions, 'instances' | 'nameOf' | 'store'>,
) => Control;

/** All that the console knows and does. While nobody watches it asks nothing, and nothing is streamed to it. */
export class Console {
  readonly strategies: readonly StrategyName[];
  readonly admin: BalancerAdmin;
  readonly control: Control;
  readonly agents: Agents;
  readonly pacer: Pacer;
  readonly cluster: Cluster;
  readonly watchers: Watchers;
  readonly #config: ConsoleConfig;
  readonly #feed: RequestFeed;
  readonly #stage: Stage;
  readonly #store: StoreProbe | null;
  readonly #costs = new Costs();
  #told: RequestView[] = [];
  #watching: AbortController | undefined;

  constructor(config: ConsoleConfig, createControl: ControlFactory) {
    this.#config = config;
    this.strategies = config.strategies;
    this.admin = new BalancerAdmin(config.adminUrl, config.adminToken);
    this.#store = config.redisUrl === null ? null : new StoreProbe(config.redisUrl);
    this.#stage = new Stage(
      () => this.#scenery(),
      (event) => this.watchers.send(event),
    );
    this.watchers = new Watchers(
      () => this.#stage.whole(),
      () => this.#follow(),
    );
    this.#feed = new RequestFeed({
      nameOf: (upstream) => this.cluster.names.of(upstream),
      tell: (request, skipped) => this.#tell(request, skipped),
      isOpen: () => this.#watching !== undefined,
      now: Date.now,
    });
    this.agents = new Agents({
      wire: new BalancerWire(config.balancerUrl, this.#feed),
      password: config.demoPassword,
      random: Math.random,
      changed: () => this.#stage.touch(),
    });
    this.pacer = new Pacer(this.agents, Math.random);
    const changed = (line: string | null) => {
      if (line !== null) this.log(line, 'cluster');
      this.#stage.touch();
    };
    this.control = createControl(changed, {
      instances: () => this.cluster.reading.instances,
      nameOf: (upstream) => this.cluster.names.of(upstream),
      store: this.#store,
    });
    this.cluster = new Cluster({
      admin: this.admin,
      control: this.control,
      store: this.#store,
      strategies: this.strategies,
      agents: this.agents,
      tell: (line) => this.log(line, 'cluster'),
    });
  }

  log(text: string, by: LogLine['by']): void {
    this.#stage.log({ atMs: Date.now(), text, by });
  }

  /** Reads the cluster anew, and tells at once what has changed. */
  async refresh(): Promise<void> {
    await this.cluster.refresh();
    this.#stage.flush();
  }

  setPace(requestsPerSecond: number): void {
    this.pacer.set(requestsPerSecond);
    this.#stage.touch();
  }

  close(): void {
    this.#watching?.abort();
    this.pacer.watch(false);
    this.watchers.close();
    this.#store?.close();
  }

  #scenery(): Scenery {
    const { control, cluster } = this;
    return {
      balancerUrl: this.#config.publicBalancerUrl,
      parts: cluster.parts,
      routes: cluster.routes,
      agents: this.agents.views,
      pace: { requestsPerSecond: this.pacer.requestsPerSecond },
      canAdd: control.state.canAdd,
      cannotAct: control.cannotAct,
      policies: cluster.reading.routing?.policies ?? [],
      affinities: cluster.reading.routing?.affinities ?? [],
    };
  }

  #tell(request: RequestView, skipped: number): void {
    if (this.#told.length < MAX_TOLD) this.#told.push(request);
    this.#stage.request(request, skipped);
  }

  /** Somebody has come or gone. */
  #follow(): void {
    const isWatched = this.watchers.count > 0;
    if (isWatched === (this.#watching !== undefined)) return;
    this.#watching?.abort();
    this.#watching = isWatched ? new AbortController() : undefined;
    this.pacer.watch(isWatched);
    if (this.#watching) {
      void this.#followDecisions(this.#watching.signal);
      void this.#sample(this.#watching.signal);
    }
  }

  async #followDecisions(signal: AbortSignal): Promise<void> {
    let isTold = false;
    while (!signal.aborted) {
      await this.admin.follow((decision) => this.#feed.onDecision(decision), signal).catch(() => {});
      if (signal.aborted) return;
      if (!isTold) this.log('The balancer tells no decisions; it is asked again.', 'cluster');
      isTold = true;
      await pause(REOPEN_MS, signal);
    }
  }

  async #sample(signal: AbortSignal): Promise<void> {
    let before = this.cluster.reading;
    this.#told = [];
    while (!signal.aborted) {
      await pause(SAMPLE_MS, signal);
      if (signal.aborted) return;
      await this.refresh();
      const { reading: after, parts, routes } = this.cluster;
      const second = { before, after, told: this.#told, agents: this.agents.all, routes, parts };
      this.#told = [];
      this.#stage.sample(sampleOf({ ...second, costs: this.#costs, atMs: Date.now() }));
      before = after;
    }
  }
}

/** Resolves at the signal, too. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
