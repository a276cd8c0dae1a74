import { type JsonWebKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { InstanceStats, JwtAlgorithm, RedisTopology, StrategyName } from '../../services/contract.js';
import type { readEnvironment } from '../config.js';
import { BenchError } from '../errors.js';
import { needsRedis } from '../strategies.js';
import type { Aside, AsideKind, Cluster, ClusterDescription, PartName, SpareStore, TierReading } from './cluster.js';
import { LocalAsides } from './local-asides.js';
import { LocalControl } from './local-control.js';
import { LocalCpu } from './local-cpu.js';
import { LocalInstances } from './local-instances.js';
import * as parts from './local-parts.js';
import { LocalProcesses } from './local-processes.js';
import { LocalReadings } from './local-readings.js';
import { type LocalSecrets, readLocalSecrets, readTokenKey } from './local-secrets.js';
import { LocalStore } from './local-store.js';
import { LocalUpstreams } from './local-upstreams.js';
import { findFreePorts } from './ports.js';
import { type Reaper, startReaper } from './reaper.js';
import type { ReplicatedStore } from './replicated-store.js';
import { type Admin, adminWith, serveWith, servingOf, takeSnapshot } from './serving.js';
import { Supervisor } from './supervisor.js';

export interface LocalOptions {
  readonly strategies: readonly StrategyName[];
  readonly instances: number;
  readonly environment: ReturnType<typeof readEnvironment>;
  /** 0 takes a free port. */
  readonly balancerPort: number;
  readonly adminPort: number;
  /** Whether logins without a password are possible. */
  readonly bench: boolean;
  /** Gives up the start at once. */
  readonly signal?: AbortSignal;
  /** Where given, parts that die are started again, and each such event is told as a line. */
  readonly supervise?: (line: string) => void;
  /** Where given, the cluster has a console on this port, 0 for any free one, which may break and mend its parts. */
  readonly consolePort?: number;
}

/**
 * Starts the cluster as processes of this machine: compiled JavaScript, free ports, loopback only.
 * Nothing survives: a reaper process ends every part when this process dies without having stopped them.
 * @throws BenchError PART_FAILED with the last line of the part that did not start, INTERRUPTED where the signal came first.
 */
export async function startLocalCluster(options: LocalOptions): Promise<LocalCluster> {
  const { signal } = options;
  const cluster = new LocalCluster(options, await startReaper());
  const interrupt = () => cluster.interrupt();
  signal?.addEventListener('abort', interrupt);
  try {
    if (signal?.aborted) interrupt();
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    if (signal?.aborted) throw new BenchError('INTERRUPTED', 'Interrupted before the cluster had started.');
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  return cluster;
}

export class LocalCluster implements Cluster {
  readonly benchToken = randomBytes(24).toString('base64url');
  readonly strategies: readonly StrategyName[];
  readonly skipped: Cluster['skipped'];
  description: ClusterDescription = { cluster: 'local', redis: null, postgres: '', node: '', settings: {} };

  readonly #options: LocalOptions;
  readonly #reaper: Reaper;
  readonly #processes: LocalProcesses;
  readonly #cpu: LocalCpu;
  readonly #store: LocalStore;
  readonly #upstreams = new LocalUpstreams(() => this.admin);
  readonly #instances: LocalInstances;
  readonly #readings: LocalReadings;
  readonly #asides: LocalAsides;
  readonly #supervisor: Supervisor | undefined;
  #control: LocalControl | undefined;
  readonly #interruption = new AbortController();
  #settings: parts.LocalSettings | undefined;
  #folder: string | undefined;
  #stopping: Promise<void> | undefined;
  #secrets: LocalSecrets = { adminToken: '', adminTokenFile: undefined, demoPassword: '', consoleToken: '' };

  constructor(options: LocalOptions, reaper: Reaper) {
    this.#options = options;
    this.#reaper = reaper;
    this.#processes = new LocalProcesses(reaper);
    this.#cpu = new LocalCpu(reaper);
    this.#asides = new LocalAsides(this.#processes, this.#cpu);
    this.#instances = new LocalInstances(this.#processes, this.#upstreams, () => this.#started);
    const { supervise, environment } = options;
    if (supervise) {
      const startAgain = (name: PartName) => this.#startAgain(name);
      const wait = (waitMs: number, signal: AbortSignal) => setTimeout(waitMs, undefined, { signal });
      const tell = (line: string) => {
        supervise(line);
        this.#control?.tell(line);
      };
      this.#supervisor = new Supervisor({ tell, startAgain, now: () => performance.now(), wait });
    }
    this.#store = new LocalStore(environment);
    this.#readings = new LocalReadings({
      processes: this.#processes,
      upstreams: this.#upstreams,
      cpu: this.#cpu,
      store: this.#store,
      admin: () => this.admin,
    });
    const canMount = (strategy: StrategyName) => !needsRedis(strategy) || this.#store.exists;
    this.strategies = options.strategies.filter(canMount);
    this.skipped = options.strategies
      .filter((strategy) => !canMount(strategy))
      .map((strategy) => ({
        strategy,
        reason: 'no Redis server: install redis-server or valkey-server, or set REDIS_URL',
      }));
  }

  get url(): string {
    return this.#processes.get('balancer').addresses.url;
  }

  /** With the token of who may act on it; undefined where there is no console. */
  get consoleLink(): string | undefined {
    const part = this.#processes.find(parts.CONSOLE);
    return part && `${part.addresses.url}/#token=${this.#secrets.consoleToken}`;
  }

  get straightUrl(): string {
    return this.#processes.get('instance-1').addresses.url;
  }

  get admin(): Admin {
    return adminWith(this.#processes.get('balancer').addresses.opsUrl ?? '', this.#secrets.adminToken);
  }

  get adminTokenFile(): string | undefined {
    return this.#secrets.adminTokenFile;
  }

  get demoPassword(): string {
    return this.#secrets.demoPassword;
  }

  async start(): Promise<void> {
    const { environment, bench, instances, ...given } = this.#options;
    this.#folder = await mkdtemp(join(tmpdir(), 'authscale-'));
    this.#reaper.tell({ folder: this.#folder });
    const [databasePort = 0, redisPort = 0, freePort = 0, freeAdminPort = 0, ownPort = 0] = await findFreePorts(5);
    const consolePort = given.consolePort === 0 ? ownPort : given.consolePort;
    const settings: parts.LocalSettings = {
      environment: environment.all,
      secretsFolder: join(this.#folder, 'secrets'),
      sessionsFolder: join(this.#folder, 'sessions'),
      databaseUrl: environment.DATABASE_URL ?? `postgres://postgres:postgres@127.0.0.1:${databasePort}/postgres`,
      redisUrl: this.#store.urlAt(redisPort),
      strategies: this.strategies,
      benchToken: bench ? this.benchToken : undefined,
      ...(consolePort === undefined ? {} : { consoleUrl: `http://127.0.0.1:${consolePort}/` }),
    };
    this.#settings = settings;
    await this.#processes.run(parts.secrets(settings));
    this.#secrets = await readLocalSecrets(settings, environment);
    // Ports that are known beforehand are the same after a restart.
    const [port, adminPort] = [given.balancerPort || freePort, given.adminPort || freeAdminPort];
    await Promise.all([
      this.#startDatabase(settings, databasePort),
      this.#store.start(this.#processes, { port: redisPort, folder: this.#folder }, this.#interruption.signal),
      this.#processes.start(parts.balancer(settings, port, adminPort)),
    ]);
    await this.scaleTo(instances);
    const postgres = environment.DATABASE_URL ? 'PostgreSQL from DATABASE_URL' : 'PGlite, embedded';
    this.description = await this.#readings.describe(postgres);
    if (consolePort !== undefined) await this.#startConsole(settings, consolePort);
    for (const part of this.#processes.all) this.#supervisor?.watch(part, parts.lossOf(part.spec.name));
  }

  async #startConsole(settings: parts.LocalSettings, port: number): Promise<void> {
    const { addresses } = this.#processes.get('balancer');
    const page = await this.#processes.start(parts.consolePage(settings, port, addresses));
    const cluster = {
      processes: this.#processes,
      upstreams: this.#upstreams,
      startAgain: (name: PartName) => this.#startAgain(name),
      addInstance: () => this.#addInstance(),
      removeInstance: (name: PartName) => this.#instances.remove(name),
    };
    this.#control = new LocalControl(cluster, page);
  }

  /** Ends a start that is under way: what runs is ended, nothing else starts. `stop` cleans up. */
  interrupt(): void {
    this.#interruption.abort();
    this.#store.close();
    void this.#processes.close('kill');
  }

  scaleTo(instances: number): Promise<void> {
    return this.#instances.scaleTo(instances);
  }

  serveWith(instances: number): Promise<void> {
    return serveWith(this.admin, instances);
  }

  async countServing(): Promise<number> {
    return servingOf(await takeSnapshot(this.admin)).length;
  }

  readTiers(): Promise<TierReading> {
    return this.#readings.readTiers();
  }

  readStats(): Promise<readonly InstanceStats[]> {
    return this.#readings.readStats();
  }

  get cpuQuota() {
    return this.#cpu.quotaFor(this.#processes.get('balancer').pid ?? 0);
  }

  async limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void> {
    this.#cpu.limit(this.#readings[kind](), cores);
  }

  get instances(): number {
    return this.#upstreams.names.length;
  }

  get ownsDatabase(): boolean {
    return this.#options.environment.DATABASE_URL === undefined;
  }

  get ownsRedis(): boolean {
    return this.#store.isOwn;
  }

  readonly noAsides = undefined;

  startAside(kind: AsideKind, settings: Readonly<Record<string, string>>): Promise<Aside> {
    return this.#asides.start(kind, this.#started, settings);
  }

  readonly noStores = undefined;

  startStore(topology: RedisTopology): Promise<ReplicatedStore> {
    return this.#asides.startStore(this.#started, topology);
  }

  readTokenKey(algorithm: JwtAlgorithm): Promise<JsonWebKey> {
    return readTokenKey(this.#started, algorithm);
  }

  readStoreBytes(): Promise<number | null> {
    return this.#store.readBytes();
  }

  readonly noPersistence = undefined;

  persistStore(on: boolean): Promise<void> {
    return this.#store.persist(on);
  }

  spareStore(database: number): SpareStore {
    const { redisUrl = '' } = this.#started;
    return {
      settings: { REDIS_URL: `${redisUrl}/${database}` },
      empty: () => this.#store.empty(database),
    };
  }

  partNames(): readonly PartName[] {
    return this.#processes.names;
  }

  /** @throws BenchError CLUSTER_FAILED before the cluster has started */
  get #started(): parts.LocalSettings {
    if (this.#settings) return this.#settings;
    throw new BenchError('CLUSTER_FAILED', 'The cluster has not started.');
  }

  /** Of all parts that run. */
  pids(): readonly number[] {
    return this.#processes.all.flatMap(({ running, pid }) => (running && pid !== undefined ? [pid] : []));
  }

  async kill(name: PartName): Promise<void> {
    await this.#processes.get(name).kill();
  }

  async freeze(name: PartName): Promise<void> {
    this.#processes.get(name).signal('SIGSTOP');
  }

  async thaw(name: PartName): Promise<void> {
    this.#processes.get(name).signal('SIGCONT');
  }

  async restart(name: PartName): Promise<void> {
    await this.#startAgain(name);
    if (name === 'balancer' || this.#upstreams.has(name)) await this.#upstreams.untilUp();
  }

  async #startAgain(name: PartName): Promise<void> {
    await this.#processes.startAgain(name);
    if (name === 'balancer') await this.#upstreams.addAllAgain();
    if (name === 'database' && this.#settings) await this.#processes.run(parts.seed(this.#settings));
  }

  async restore(): Promise<void> {
    // No experiment ends the balancer: its death is a defect, which must not go unnoticed.
    if (!this.#processes.get('balancer').running) throw new BenchError('CLUSTER_FAILED', 'The balancer has died.');
    await this.#asides.stopAll();
    for (const part of this.#processes.all) part.signal('SIGCONT');
    for (const { running, spec } of this.#processes.all) if (!running) await this.#startAgain(spec.name);
    await this.persistStore(false);
    this.#cpu.lift([...this.#readings.instances(), ...this.#readings.redis()]);
    await this.serveWith(this.instances);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#supervisor?.close();
    this.#store.close();
    await this.#processes.close('stop');
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    this.#reaper.dismiss();
  }

  async #startDatabase(settings: parts.LocalSettings, port: number): Promise<void> {
    if (!this.#options.environment.DATABASE_URL) await this.#processes.start(parts.database(settings, port));
    await this.#processes.run(parts.seed(settings));
  }

  async #addInstance(): Promise<void> {
    const name = await this.#instances.add();
    this.#supervisor?.watch(this.#processes.get(name), parts.lossOf(name));
  }
}
