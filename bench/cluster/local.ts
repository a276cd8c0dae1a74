import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, type UpstreamSnapshot, type UpstreamSpec } from '../../balancer/contract.js';
import { type InstanceStats, OPS, SECRET_FILES, STRATEGIES, type StrategyName } from '../../services/contract.js';
import { type readEnvironment, withoutPassword } from '../config.js';
import { BenchError } from '../errors.js';
import type { Cluster, ClusterDescription, PartName, TierReading } from './cluster.js';
import { type CpuQuota, findCpuQuota, type NoCpuQuota, removalOf } from './cpu-quota.js';
import { fetchJson, postJson } from './http.js';
import * as parts from './local-parts.js';
import { Part, type PartSpec } from './part.js';
import { findFreePorts } from './ports.js';
import { readCpuMicros } from './process-cpu.js';
import { type Reaper, startReaper } from './reaper.js';
import { findRedisServer, RedisProbe } from './redis.js';
import { type Admin, adminWith, serveWith, servingOf, takeSnapshot } from './serving.js';
import { describeParts } from './tiers.js';

const READY_DEADLINE_MS = 30_000;

export interface LocalOptions {
  readonly strategies: readonly StrategyName[];
  readonly instances: number;
  readonly environment: ReturnType<typeof readEnvironment>;
  /** 0 takes a free port. */
  readonly balancerPort: number;
  readonly adminPort: number;
  /** Whether logins without a password are possible. */
  readonly bench: boolean;
}

/**
 * Starts the cluster as processes of this machine: compiled JavaScript, free ports, loopback only.
 * Nothing survives: a reaper process ends every part when this process dies without having stopped them.
 * @throws BenchError PART_FAILED with the last line of the part that did not start.
 */
export async function startLocalCluster(options: LocalOptions): Promise<LocalCluster> {
  const cluster = new LocalCluster(options, await startReaper());
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

export class LocalCluster implements Cluster {
  readonly benchToken = randomBytes(24).toString('base64url');
  readonly strategies: readonly StrategyName[];
  readonly skipped: Cluster['skipped'];
  demoPassword = '';
  /** Holds the token of the admin listener; undefined where ADMIN_TOKEN gave it. */
  adminTokenFile: string | undefined;
  description: ClusterDescription = { cluster: 'local', redis: null, postgres: '', node: '', settings: {} };

  readonly #options: LocalOptions;
  readonly #redisServer: string | undefined;
  readonly #parts = new Map<PartName, Part>();
  readonly #upstreamIds = new Map<PartName, string>();
  readonly #reaper: Reaper;
  #settings: parts.LocalSettings | undefined;
  #folder: string | undefined;
  #probe: RedisProbe | undefined;
  #quota: CpuQuota | NoCpuQuota | undefined;
  #stopping: Promise<void> | undefined;
  #adminToken = '';

  constructor(options: LocalOptions, reaper: Reaper) {
    this.#reaper = reaper;
    const { REDIS_URL, PATH } = options.environment;
    this.#options = options;
    this.#redisServer = REDIS_URL ? undefined : findRedisServer(PATH);
    const canMount = (strategy: StrategyName) =>
      STRATEGIES[strategy].state !== 'redis' || Boolean(REDIS_URL ?? this.#redisServer);
    this.strategies = options.strategies.filter(canMount);
    this.skipped = options.strategies
      .filter((strategy) => !canMount(strategy))
      .map((strategy) => ({
        strategy,
        reason: 'no Redis server: install redis-server or valkey-server, or set REDIS_URL',
      }));
  }

  get url(): string {
    return this.#part('balancer').addresses.url;
  }

  get straightUrl(): string {
    return this.#part('instance-1').addresses.url;
  }

  get admin(): Admin {
    return adminWith(this.#part('balancer').addresses.opsUrl ?? '', this.#adminToken);
  }

  async start(): Promise<void> {
    const { environment, bench, balancerPort, adminPort, instances } = this.#options;
    this.#folder = await mkdtemp(join(tmpdir(), 'authscale-'));
    this.#reaper.tell({ folder: this.#folder });
    const [databasePort = 0, redisPort = 0] = await findFreePorts(2);
    const settings: parts.LocalSettings = {
      environment: environment.all,
      secretsFolder: join(this.#folder, 'secrets'),
      databaseUrl: environment.DATABASE_URL ?? `postgres://postgres:postgres@127.0.0.1:${databasePort}/postgres`,
      redisUrl: environment.REDIS_URL ?? (this.#redisServer ? `redis://127.0.0.1:${redisPort}` : undefined),
      strategies: this.strategies,
      benchToken: bench ? this.benchToken : undefined,
    };
    this.#settings = settings;
    if (settings.redisUrl) this.#probe = new RedisProbe(settings.redisUrl);
    await this.#oneShot(parts.secrets(settings));
    await this.#readSecrets(settings.secretsFolder);
    await Promise.all([
      this.#startDatabase(settings, databasePort),
      this.#startRedis(redisPort),
      this.#add(parts.balancer(settings, balancerPort, adminPort)).start(),
    ]);
    await this.scaleTo(instances);
    this.description = await this.#describe();
  }

  async #readSecrets(folder: string): Promise<void> {
    const { ADMIN_TOKEN, DEMO_PASSWORD } = this.#options.environment;
    const read = async (file: string) => (await readFile(join(folder, file), 'utf8')).trim();
    if (ADMIN_TOKEN === undefined) this.adminTokenFile = join(folder, SECRET_FILES.admin);
    this.#adminToken = ADMIN_TOKEN ?? (await read(SECRET_FILES.admin));
    this.demoPassword = DEMO_PASSWORD ?? (await read(SECRET_FILES.demoPassword));
  }

  async scaleTo(instances: number): Promise<void> {
    const wanted = Array.from({ length: instances }, (_, index) => `instance-${index + 1}`);
    const surplus = [...this.#upstreamIds.keys()].filter((name) => !wanted.includes(name));
    await Promise.all(surplus.map((name) => this.#removeInstance(name)));
    const added = wanted.filter((name) => !this.#upstreamIds.has(name));
    const settings = this.#settings;
    if (!settings) throw new BenchError('CLUSTER_FAILED', 'The cluster has not started.');
    const started = await Promise.all(
      added.map(async (name) => ({ name, upstream: await this.#startInstance(settings, name) })),
    );
    // In order: the balancer's first upstream is the first instance.
    for (const { name, upstream } of started) await this.#register(name, upstream);
    await this.#untilUp(instances);
  }

  serveWith(instances: number): Promise<void> {
    return serveWith(this.admin, instances);
  }

  async countServing(): Promise<number> {
    return servingOf(await takeSnapshot(this.admin)).length;
  }

  async readTiers(): Promise<TierReading> {
    const balancer = await takeSnapshot(this.admin);
    const requests = new Map(balancer.upstreams.map((upstream) => [upstream.id, upstream.requests]));
    // One that was killed is not among them.
    const alive = [...this.#upstreamIds].filter(([name]) => this.#part(name).running);
    const store = this.#parts.has('redis') ? this.#readPart('redis') : await this.#readForeignStore();
    return {
      atMs: performance.now(),
      instances: alive.map(([instance, id]) => ({
        instance,
        requests: requests.get(id) ?? 0,
        ...this.#readPart(instance),
      })),
      balancer,
      store,
    };
  }

  readStats(): Promise<readonly InstanceStats[]> {
    const urls = [...this.#upstreamIds.keys()].map((name) => this.#part(name).addresses.opsUrl);
    return Promise.all(urls.map((url) => fetchJson<InstanceStats>(`${url}${OPS.stats}`)));
  }

  #readPart(name: PartName) {
    const pid = this.#part(name).pid ?? 0;
    const throttling = this.#quota && 'means' in this.#quota ? this.#quota.readThrottling(pid) : null;
    return { cpuMicros: readCpuMicros(pid), throttling };
  }

  /** A server of somebody else's may run on another machine. */
  async #readForeignStore(): Promise<TierReading['store']> {
    return this.#probe ? { cpuMicros: await this.#probe.cpuMicros(), throttling: null } : null;
  }

  get cpuQuota(): CpuQuota | NoCpuQuota {
    if (!this.#quota) {
      this.#quota = findCpuQuota(this.#part('balancer').pid ?? 0);
      this.#removeFolders(this.#quota);
    }
    return this.#quota;
  }

  async limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void> {
    const quota = this.cpuQuota;
    if (!('means' in quota)) return;
    const names = kind === 'redis' ? ['redis'] : [...this.#upstreamIds.keys()];
    for (const { pid } of names.flatMap((name) => this.#parts.get(name) ?? [])) if (pid) quota.limit(pid, cores);
    this.#removeFolders(quota);
  }

  /** In the end. */
  #removeFolders(quota: CpuQuota | NoCpuQuota): void {
    if ('means' in quota) this.#reaper.tell({ command: removalOf(quota) });
  }

  get instances(): number {
    return this.#upstreamIds.size;
  }

  get ownsRedis(): boolean {
    return this.#redisServer !== undefined;
  }

  partNames(): readonly PartName[] {
    return [...this.#parts.keys()];
  }

  async kill(name: PartName): Promise<void> {
    await this.#part(name).kill();
  }

  async freeze(name: PartName): Promise<void> {
    this.#part(name).signal('SIGSTOP');
  }

  async thaw(name: PartName): Promise<void> {
    this.#part(name).signal('SIGCONT');
  }

  async restart(name: PartName): Promise<void> {
    await this.#startAgain(name);
    if (this.#upstreamIds.has(name)) await this.#untilUp(this.#upstreamIds.size);
  }

  async #startAgain(name: PartName): Promise<void> {
    const part = this.#part(name);
    await part.stop();
    await part.start();
    if (name === 'database' && this.#settings) await this.#oneShot(parts.seed(this.#settings));
  }

  async restore(): Promise<void> {
    // The balancer has been told its upstreams: one that is new knows none.
    if (!this.#part('balancer').running) throw new BenchError('CLUSTER_FAILED', 'The balancer has died.');
    for (const part of this.#parts.values()) part.signal('SIGCONT');
    const dead = [...this.#parts].filter(([, part]) => !part.running).map(([name]) => name);
    for (const name of dead) await this.#startAgain(name);
    if (this.#quota) {
      await this.limitCpu('instances', undefined);
      await this.limitCpu('redis', undefined);
    }
    await this.serveWith(this.#upstreamIds.size);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#probe?.close();
    await Promise.all([...this.#parts.values()].map((part) => part.stop()));
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
    this.#reaper.dismiss();
  }

  async #startDatabase(settings: parts.LocalSettings, port: number): Promise<void> {
    if (!this.#options.environment.DATABASE_URL) await this.#add(parts.database(settings, port)).start();
    await this.#oneShot(parts.seed(settings));
  }

  async #startRedis(port: number): Promise<void> {
    const { environment } = this.#options;
    const probe = this.#probe;
    if (!probe) return;
    const ready = (signal: AbortSignal) => probe.waitUntilReady(signal);
    if (this.#redisServer) {
      await this.#add(parts.redis(this.#redisServer, port, this.#folder ?? '.', ready, environment.all)).start();
      return;
    }
    await ready(AbortSignal.timeout(5_000)).catch((cause) => {
      throw new BenchError(
        'CLUSTER_FAILED',
        `REDIS_URL: "${withoutPassword(environment.REDIS_URL ?? '')}" does not answer.`,
        { cause },
      );
    });
  }

  async #startInstance(settings: parts.LocalSettings, name: PartName): Promise<UpstreamSpec> {
    const [port = 0, opsPort = 0] = await findFreePorts(2);
    const { addresses } = await this.#add(parts.instance(settings, name, port, opsPort)).start();
    return { url: addresses.url, healthUrl: `${addresses.opsUrl}${OPS.ready}` };
  }

  async #register(name: PartName, upstream: UpstreamSpec): Promise<void> {
    const { url, headers } = this.admin;
    const { id } = await postJson<UpstreamSnapshot>(`${url}${ADMIN.upstreams}`, upstream, headers);
    this.#upstreamIds.set(name, id);
  }

  async #removeInstance(name: PartName): Promise<void> {
    const { url, headers } = this.admin;
    await fetchJson(`${url}${ADMIN.upstreams}/${this.#upstreamIds.get(name)}`, { method: 'DELETE', headers });
    await this.#part(name).stop();
    this.#upstreamIds.delete(name);
    this.#parts.delete(name);
  }

  /** Resolves once the balancer sends requests to so many instances. */
  async #untilUp(count: number): Promise<void> {
    const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
    let states: string[] = [];
    while (!deadline.aborted) {
      const { upstreams } = await takeSnapshot(this.admin);
      states = upstreams.map(({ state }) => state);
      if (states.length === count && states.every((state) => state === 'up')) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const message = `${count} instances were not ready within ${READY_DEADLINE_MS / 1000} s: ${states.join(', ')}.`;
    throw new BenchError('CLUSTER_FAILED', message);
  }

  async #describe(): Promise<ClusterDescription> {
    const version = await this.#probe?.version();
    const { DATABASE_URL } = this.#options.environment;
    return {
      cluster: 'local',
      ...describeParts(await this.readStats(), await takeSnapshot(this.admin)),
      redis: version ? `${version}, ${this.#redisServer ? 'private process' : 'from REDIS_URL'}` : null,
      postgres: DATABASE_URL ? 'PostgreSQL from DATABASE_URL' : 'PGlite, embedded',
    };
  }

  #add(spec: PartSpec): Part {
    const part = new Part(spec, this.#reaper);
    this.#parts.set(spec.name, part);
    return part;
  }

  async #oneShot(spec: PartSpec): Promise<void> {
    await new Part(spec, this.#reaper).start();
  }

  #part(name: PartName): Part {
    const part = this.#parts.get(name);
    if (part) return part;
    throw new BenchError('CLUSTER_FAILED', `There is no part "${name}": ${this.partNames().join(', ')}.`);
  }
}
