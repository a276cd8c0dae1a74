import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AFFINITY_COOKIE } from '../../balancer/contract.js';
import { DEFAULT_STRATEGIES, type InstanceStats, type StrategyName } from '../../services/contract.js';
import type { Cluster, PartName, TierReading } from '../cluster/cluster.js';
import { BenchError } from '../errors.js';
import { FakeCpu } from './fake-cpu.js';
import { readingOf, statsOf } from './fake-readings.js';
import { answer, BENCH_TOKEN, cookieOf, DEMO_PASSWORD, FakeInstance, FakeStore } from './fake-service.js';
import { FAKE_TRUTH, type FakeTruth } from './fake-truth.js';

/** What becomes of a request: null is never answered, `cut` loses its connection. */
export type Fate = 'answered' | 'cut' | null;

export interface FakeClusterOptions {
  readonly instances?: number;
  readonly strategies?: readonly StrategyName[];
  readonly truth?: Partial<FakeTruth>;
  readonly ownsRedis?: boolean;
  readonly skipped?: Cluster['skipped'];
  readonly cpuQuota?: Cluster['cpuQuota'];
  /** Called before each method of the cluster that does something: what it throws the method throws. */
  readonly before?: (method: string, cluster: FakeCluster, ...args: unknown[]) => unknown;
  readonly fateOf?: (path: string, instance: string) => Fate;
}

/** A cluster with a known truth in this process: tiers that only pretend to compute, and every fault on demand. */
export class FakeCluster implements Cluster {
  readonly benchToken = BENCH_TOKEN;
  readonly demoPassword = DEMO_PASSWORD;
  readonly strategies: readonly StrategyName[];
  readonly skipped: Cluster['skipped'];
  readonly cpuQuota: Cluster['cpuQuota'];
  readonly ownsRedis: boolean;
  readonly ownsDatabase = true;
  readonly description = { cluster: 'fake', redis: 'fake', postgres: 'fake', node: process.version, settings: {} };
  /** Methods that were called, with their arguments: `limitCpu redis 0.1`. */
  readonly calls: string[] = [];
  readonly limits: { instances: number | undefined; redis: number | undefined } = {
    instances: undefined,
    redis: undefined,
  };
  isStopped = false;
  readonly #options: FakeClusterOptions;
  readonly #truth: FakeTruth;
  readonly #server: Server;
  readonly #startedAt = performance.now();
  readonly #balancer: FakeCpu;
  readonly #store: FakeStore;
  #instances: FakeInstance[] = [];
  #serving = 0;
  #turn = 0;

  private constructor(options: FakeClusterOptions) {
    this.#options = options;
    this.#truth = { ...FAKE_TRUTH, ...options.truth };
    this.strategies = options.strategies ?? DEFAULT_STRATEGIES;
    this.skipped = options.skipped ?? [];
    this.cpuQuota = options.cpuQuota ?? { means: 'pretence' };
    this.ownsRedis = options.ownsRedis ?? true;
    this.#balancer = new FakeCpu(this.#truth.idleMicrosPerMs);
    this.#store = new FakeStore(this.#truth.idleMicrosPerMs);
    this.#resize(options.instances ?? 2);
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch(() => response.destroy());
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options: FakeClusterOptions = {}): Promise<FakeCluster> {
    const cluster = new FakeCluster(options);
    cluster.#server.listen(0, '127.0.0.1');
    await once(cluster.#server, 'listening');
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get straightUrl(): string {
    return this.url;
  }

  get admin() {
    return { url: this.url, headers: {} };
  }

  get instances(): number {
    return this.#instances.length;
  }

  /** How many of its instances requests are sent to, dead ones included. */
  get serving(): number {
    return this.#serving;
  }

  readonly noAsides = 'a fake cluster has nothing beside it';

  async startAside(): Promise<never> {
    throw new BenchError('CLUSTER_FAILED', this.noAsides);
  }

  readonly noStores = this.noAsides;

  async startStore(): Promise<never> {
    throw new BenchError('CLUSTER_FAILED', this.noStores);
  }

  async readTokenKey(): Promise<never> {
    throw new BenchError('CLUSTER_FAILED', 'A fake cluster has no keys.');
  }

  async readStoreBytes(): Promise<number> {
    return this.#store.sessions.size;
  }

  readonly noPersistence = undefined;
  #isPersistent = false;

  async persistStore(on: boolean): Promise<void> {
    await this.#called('persistStore', on);
    this.#isPersistent = on;
  }

  spareStore(): never {
    throw new BenchError('CLUSTER_FAILED', this.noAsides);
  }

  partNames(): readonly PartName[] {
    return [...this.#instances.map(({ name }) => name), 'redis'];
  }

  async scaleTo(instances: number): Promise<void> {
    await this.#called('scaleTo', instances);
    this.#resize(instances);
  }

  async serveWith(instances: number): Promise<void> {
    await this.#called('serveWith', instances);
    if (!(instances >= 1 && instances <= this.instances)) {
      throw new BenchError('CLUSTER_FAILED', `${instances} of ${this.instances} instances cannot serve.`);
    }
    this.#serving = instances;
  }

  async countServing(): Promise<number> {
    await this.#called('countServing');
    return this.#reachable().length;
  }

  async readTiers(): Promise<TierReading> {
    await this.#called('readTiers');
    return readingOf({
      instances: this.#instances,
      balancer: this.#balancer,
      store: this.#store,
      startedAt: this.#startedAt,
    });
  }

  async readStats(): Promise<readonly InstanceStats[]> {
    await this.#called('readStats');
    return this.#instances.map(statsOf);
  }

  async limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void> {
    await this.#called('limitCpu', kind, cores);
    if ('tried' in this.cpuQuota) return;
    this.limits[kind] = cores;
    const cpus = kind === 'redis' ? [this.#store.cpu] : this.#instances.map(({ cpu }) => cpu);
    for (const cpu of cpus) cpu.cores = cores ?? 1;
  }

  async kill(part: PartName): Promise<void> {
    await this.#called('kill', part);
    this.#killNow(part);
  }

  async freeze(part: PartName): Promise<void> {
    await this.#called('freeze', part);
    if (part === 'redis') this.#store.state = 'frozen';
    else this.#find(part).cpu.isFrozen = true;
  }

  async thaw(part: PartName): Promise<void> {
    await this.#called('thaw', part);
    if (part === 'redis') this.#store.state = 'up';
    else this.#find(part).cpu.isFrozen = false;
  }

  async restart(part: PartName): Promise<void> {
    await this.#called('restart', part);
    this.#killNow(part);
    this.#revive(part);
  }

  async restore(): Promise<void> {
    await this.#called('restore');
    for (const instance of this.#instances.filter(({ isAlive }) => !isAlive)) this.#revive(instance.name);
    if (this.#store.state === 'dead') this.#revive('redis');
    for (const part of this.partNames()) await this.thaw(part);
    await this.persistStore(false);
    await this.limitCpu('instances', undefined);
    await this.limitCpu('redis', undefined);
    this.#serving = this.instances;
  }

  async stop(): Promise<void> {
    await this.#called('stop');
    await this.end();
  }

  /** Ends it, whatever is wrong with it. */
  async end(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    for (const { cpu } of [...this.#instances, this.#store]) cpu.clear();
    this.#balancer.clear();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #called(method: string, ...args: unknown[]): Promise<void> {
    this.calls.push([method, ...args].join(' '));
    await this.#options.before?.(method, this, ...args);
  }

  /** The balancer: one that is pinned goes where it was, all others in turn. */
  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#balancer.run(this.#truth.balancerMicros, () => {});
    const reachable = this.#reachable();
    const pinned = request.url?.startsWith('/sticky/') ? cookieOf(request.headers.cookie, AFFINITY_COOKIE) : undefined;
    const instance =
      this.#instances.find(({ name, isAlive }) => name === pinned && isAlive) ??
      reachable[this.#turn++ % Math.max(1, reachable.length)];
    if (!instance) return void response.writeHead(503).end();
    const fate = this.#options.fateOf ? this.#options.fateOf(request.url ?? '', instance.name) : 'answered';
    if (fate === 'cut') response.destroy();
    if (fate !== 'answered') return;
    await answer(request, response, { instance, store: this.#store, truth: this.#truth });
  }

  #reachable(): FakeInstance[] {
    return this.#instances.slice(0, this.#serving).filter(({ isAlive }) => isAlive);
  }

  #resize(instances: number): void {
    for (const { cpu } of this.#instances.splice(instances)) cpu.clear();
    while (this.#instances.length < instances) {
      const name = `instance-${this.#instances.length + 1}`;
      this.#instances.push(new FakeInstance(name, new FakeCpu(this.#truth.idleMicrosPerMs)));
    }
    this.#serving = instances;
  }

  #find(part: PartName): FakeInstance {
    const found = this.#instances.find(({ name }) => name === part);
    if (!found) throw new BenchError('PART_FAILED', `There is no ${part}.`);
    return found;
  }

  /** Sessions that it alone knew are gone. */
  #killNow(part: PartName): void {
    if (part === 'redis') this.#store.state = 'dead';
    else this.#find(part).isAlive = false;
    if (part === 'redis' && this.#isPersistent) return;
    (part === 'redis' ? this.#store : this.#find(part)).sessions.clear();
  }

  #revive(part: PartName): void {
    if (part === 'redis') this.#store.state = 'up';
    else this.#find(part).isAlive = true;
  }
}
