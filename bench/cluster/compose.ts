import { type JsonWebKey, randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  BASELINE,
  HEADERS,
  type InstanceStats,
  type JwtAlgorithm,
  OPS,
  ROUTES,
  SECRET_FILES,
  type StrategyName,
} from '../../services/contract.js';
import type { readEnvironment } from '../config.js';
import { BenchError } from '../errors.js';
import { benchRouting } from './bench-routing.js';
import type { Aside, AsideKind, Cluster, ClusterDescription, PartName, SpareStore, TierReading } from './cluster.js';
import { ComposeAsides } from './compose-asides.js';
import { ComposeProject, type Container, isPart } from './compose-project.js';
import { readContainerGroup } from './container-group.js';
import { type ContainerShell, get, parseReply } from './container-shell.js';
import { sliceOf } from './cpu-quota.js';
import { Docker } from './docker.js';
import type { ContainerCpu, Engine } from './engine.js';
import { findFreePorts } from './ports.js';
import { type Reaper, startReaper } from './reaper.js';
import { redisUsedBytes, redisVersion } from './redis-info.js';
import { type Admin, adminWith, serveWith, servingOf, takeSnapshot } from './serving.js';
import { describeParts } from './tiers.js';

const READY_DEADLINE_MS = 60_000;
const POLL_EVERY_MS = 250;
const PROBE_TIMEOUT_MS = 1_000;
/** Inside the containers, as docker-compose.yml has them; the first of an instance is its operations listener. */
const OPS_PORT = 9090;
const BALANCER_PORT = 8080;
/** Where its bridges are by default: this process asks from the gateway of one. */
const DOCKER_NETWORKS = ['127.0.0.1', '172.16.0.0/12', '192.168.0.0/16'];
const APP_PORT = 8000;
/** A container's name on its network is the short form of its id. */
const hostOf = (id: string) => id.slice(0, 12);

const isRunningApp = ({ service, status }: Container) => service === 'app' && status.startsWith('Up');

type Probe = (cluster: { readonly docker: Docker; readonly shell: ContainerShell }, id: string) => Promise<unknown>;

/** What succeeds only in a container that serves. The balancer is asked from outside. */
const PROBES: Readonly<Record<string, Probe>> = {
  app: async ({ shell }, id) => {
    const [reply = ''] = await shell.ask([{ host: hostOf(id), port: OPS_PORT, text: get(OPS.ready) }]);
    return parseReply(reply);
  },
  redis: ({ docker }, id) => docker.exec(id, ['redis-cli', 'PING']),
  database: ({ docker }, id) => docker.exec(id, ['pg_isready', '--quiet', '--host', '127.0.0.1']),
};

export interface ComposeOptions {
  readonly strategies: readonly StrategyName[];
  readonly instances: number;
  readonly environment: ReturnType<typeof readEnvironment>;
}

/**
 * Starts the cluster of docker-compose.yml as a project of its own: free ports, new volumes, built from this folder.
 * Nothing survives: where this process dies without having removed the containers, a reaper process does.
 * @throws BenchError CLUSTER_FAILED where docker refuses, PART_FAILED with the last line of a container that failed.
 */
export async function startComposeCluster(options: ComposeOptions): Promise<Cluster> {
  const [balancerPort = 0, adminPort = 0] = await findFreePorts(2);
  const cluster = new ComposeCluster(options, { balancerPort, adminPort }, await startReaper());
  try {
    await cluster.start();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

class ComposeCluster implements Cluster {
  url: string;
  admin: Admin;
  readonly benchToken = randomBytes(24).toString('base64url');
  readonly strategies: readonly StrategyName[];
  readonly skipped = [];
  readonly cpuQuota = { means: 'docker update' };
  readonly ownsRedis = true;
  readonly ownsDatabase = true;
  /** Given, not found out: no container that stays can read the one that the set-up makes. */
  readonly demoPassword: string;
  description: ClusterDescription = { cluster: 'compose', redis: null, postgres: '', node: '', settings: {} };

  readonly #publishedUrl: string;
  readonly #instances: number;
  readonly #docker: Docker;
  readonly #shell: ContainerShell;
  readonly #project: ComposeProject;
  readonly #asides: ComposeAsides;
  readonly #reaper: Reaper;
  #engine: Engine | undefined;
  #parts = new Map<PartName, Container>();
  #isCreated = false;
  #stopping: Promise<void> | undefined;

  constructor(
    { strategies, instances, environment }: ComposeOptions,
    { balancerPort, adminPort }: { balancerPort: number; adminPort: number },
    reaper: Reaper,
  ) {
    this.url = `http://127.0.0.1:${balancerPort}`;
    this.#publishedUrl = this.url;
    this.admin = { url: `http://127.0.0.1:${adminPort}`, headers: {} };
    this.strategies = strategies;
    this.#instances = instances;
    this.demoPassword = environment.DEMO_PASSWORD ?? randomBytes(9).toString('base64url');
    this.#reaper = reaper;
    const settings = {
      BALANCER_PORT: `${balancerPort}`,
      ADMIN_PORT: `${adminPort}`,
      BENCH_TOKEN: this.benchToken,
      DEMO_PASSWORD: this.demoPassword,
      STRATEGIES: strategies.join(','),
      // Its own Redis, whatever the environment has for other clusters.
      REDIS_URL: '',
      ...benchRouting(environment.all, DOCKER_NETWORKS),
    };
    this.#docker = new Docker({ ...environment.all, ...settings }, reaper);
    this.#shell = this.#docker.openShell(() => this.#part('balancer').id);
    this.#project = new ComposeProject(this.#docker, `authscale-bench-${process.pid}`);
    this.#asides = new ComposeAsides(this.#project, (container) => this.#readCpu(container));
  }

  get straightUrl(): string | null {
    const address = this.#parts.get('instance-1')?.address;
    return this.#isInReach && address ? `http://${address}:${APP_PORT}` : null;
  }

  /** Containers publish no port but the balancer's. On Docker Desktop their addresses lead nowhere. */
  get #isInReach(): boolean {
    return this.url !== this.#publishedUrl;
  }

  async start(): Promise<void> {
    await this.#docker.requireEngine();
    this.#reaper.tell({ command: this.#project.downCommand });
    this.#isCreated = true;
    // Nobody watches a measurement.
    await this.#project.up('--build', '--scale', `app=${this.#instances}`, '--scale', 'console=0');
    this.#engine = await this.#docker.openEngine();
    await this.#list();
    this.admin = adminWith(this.admin.url, await this.#readAdminToken());
    await this.#untilUp(this.#instances);
    this.url = await this.#findUrl();
    this.description = await this.#describe();
  }

  async scaleTo(instances: number): Promise<void> {
    await this.#project.up('--no-build', '--no-recreate', '--no-deps', '--scale', `app=${instances}`, 'app');
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
    const requests = new Map(balancer.upstreams.map(({ url, requests }) => [new URL(url).hostname, requests]));
    const instances = [...this.#parts].filter(([, container]) => isRunningApp(container));
    const [store = null, database = null, ...cpu] = await Promise.all(
      [this.#part('redis'), this.#part('database'), ...instances.map(([, container]) => container)].map((container) =>
        this.#readCpu(container),
      ),
    );
    return {
      atMs: performance.now(),
      instances: instances.flatMap(([instance, { address }], at) => {
        const reading = cpu[at];
        return reading ? [{ instance, requests: requests.get(address) ?? 0, ...reading }] : [];
      }),
      balancer,
      store,
      database,
    };
  }

  async #readCpu({ id, pid }: Pick<Container, 'id' | 'pid'>): Promise<ContainerCpu> {
    if (!this.#engine) throw new BenchError('CLUSTER_FAILED', 'The cluster has not been started.');
    return readContainerGroup(id, pid) ?? this.#engine.readCpu(id);
  }

  async readStats(): Promise<readonly InstanceStats[]> {
    const asked = this.#running().map(({ id }) => ({ host: hostOf(id), port: OPS_PORT, text: get(OPS.stats) }));
    return (await this.#shell.ask(asked)).map((reply) => parseReply<InstanceStats>(reply));
  }

  get instances(): number {
    return this.partNames().filter((name) => name.startsWith('instance-')).length;
  }

  get noAsides(): string | undefined {
    return this.#isInReach ? undefined : 'the addresses of containers are not in reach';
  }

  startAside(kind: AsideKind, settings: Readonly<Record<string, string>>): Promise<Aside> {
    return this.#asides.start(kind, settings);
  }

  readonly noStores = 'no replicated store is started beside containers';

  async startStore(): Promise<never> {
    throw new BenchError('CLUSTER_FAILED', this.noStores);
  }

  async readTokenKey(algorithm: JwtAlgorithm): Promise<JsonWebKey> {
    const [instance] = this.#running();
    const key = await this.#docker.exec(instance?.id ?? '', ['cat', `/secrets/jwt-${algorithm}.json`]);
    return JSON.parse(key);
  }

  async readStoreBytes(): Promise<number> {
    return redisUsedBytes(await this.#docker.exec(this.#part('redis').id, ['redis-cli', 'INFO', 'memory']));
  }

  readonly noPersistence = "the container's Redis has no disk: what it holds is in memory (docker-compose.yml)";

  async persistStore(on: boolean): Promise<void> {
    if (on) throw new BenchError('CLUSTER_FAILED', this.noPersistence);
  }

  spareStore(database: number): SpareStore {
    return {
      settings: { REDIS_URL: `redis://redis:6379/${database}` },
      empty: async () => {
        await this.#docker.exec(this.#part('redis').id, ['redis-cli', '-n', `${database}`, 'FLUSHDB']);
      },
    };
  }

  partNames(): readonly PartName[] {
    return [...this.#parts.keys()];
  }

  async limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void> {
    const names = this.partNames().filter((name) =>
      kind === 'redis' ? name === 'redis' : name.startsWith('instance-'),
    );
    const { quotaMicros, periodMicros } = sliceOf(cores);
    const ids = names.map((name) => this.#part(name).id);
    await this.#docker.run(['update', '--cpu-period', `${periodMicros}`, '--cpu-quota', `${quotaMicros}`, ...ids]);
  }

  async kill(name: PartName): Promise<void> {
    await this.#docker.run(['kill', this.#part(name).id]);
    await this.#list();
  }

  async freeze(name: PartName): Promise<void> {
    await this.#docker.run(['pause', this.#part(name).id]);
  }

  async thaw(name: PartName): Promise<void> {
    await this.#docker.run(['unpause', this.#part(name).id]);
  }

  async restart(name: PartName): Promise<void> {
    const { id, service } = this.#part(name);
    await this.#docker.run(['restart', id]);
    await this.#list();
    await this.#until(`${name} does not serve`, async () => {
      await PROBES[service]?.({ docker: this.#docker, shell: this.#shell }, id);
      return true;
    });
    if (service === 'app' || service === 'balancer') await this.#untilUp(this.#running().length);
    if (service === 'balancer') this.url = await this.#findUrl();
  }

  async restore(): Promise<void> {
    await this.#asides.stopAll();
    await this.#list();
    for (const [name, { status }] of this.#parts) {
      if (status.includes('(Paused)')) await this.thaw(name);
      else if (!status.startsWith('Up')) await this.restart(name);
    }
    await this.limitCpu('instances', undefined);
    await this.limitCpu('redis', undefined);
    await this.serveWith(this.#running().length);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#shell.close();
    if (this.#isCreated) await this.#project.down();
    this.#reaper.tell({ command: [] });
    this.#reaper.dismiss();
  }

  /** Resolves once the balancer sends requests to so many instances. */
  async #untilUp(count: number): Promise<void> {
    await this.#until(`${count} instances are not ready`, async () => {
      await this.#project.requireNoneFailed();
      const { upstreams } = await takeSnapshot(this.admin);
      return upstreams.length === count && upstreams.every(({ state }) => state === 'up');
    });
    await this.#list();
  }

  /** A condition that fails is asked again until the deadline; a part that failed ends the waiting. */
  async #until(otherwise: string, holds: () => Promise<boolean>): Promise<void> {
    const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
    let cause: unknown;
    while (!deadline.aborted) {
      try {
        if (await holds()) return;
      } catch (error) {
        if (error instanceof BenchError && error.code === 'PART_FAILED') throw error;
        cause = error;
      }
      await setTimeout(POLL_EVERY_MS);
    }
    throw new BenchError('CLUSTER_FAILED', `${otherwise} after ${READY_DEADLINE_MS / 1000} s.`, { cause });
  }

  async #list(): Promise<void> {
    const containers = await this.#project.containers();
    this.#parts = new Map([...containers].filter(([, container]) => isPart(container)));
  }

  #running(): Container[] {
    return [...this.#parts.values()].filter(isRunningApp);
  }

  /**
   * Straight to the balancer's container where its address is in reach, which it is not on Docker Desktop. Docker's own proxy,
   * in between otherwise, takes CPU and keeps a port for a minute for each connection that was.
   */
  async #findUrl(): Promise<string> {
    const address = (await this.#docker.exec(this.#part('balancer').id, ['hostname', '-i'])).trim();
    const url = `http://${address}:${BALANCER_PORT}`;
    const probe = fetch(`${url}/${BASELINE}${ROUTES.me}`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    const instance = await probe.then(
      ({ headers }) => headers.get(HEADERS.instance),
      () => null,
    );
    // Somebody else may have that address in another network: an instance is called after its container.
    return this.#running().some(({ id }) => instance?.startsWith(hostOf(id))) ? url : this.#publishedUrl;
  }

  async #readAdminToken(): Promise<string> {
    return (await this.#docker.exec(this.#part('balancer').id, ['cat', `/secrets/${SECRET_FILES.admin}`])).trim();
  }

  async #describe(): Promise<ClusterDescription> {
    const [redis, postgres] = await Promise.all([
      this.#docker.exec(this.#part('redis').id, ['redis-cli', 'INFO', 'server']),
      this.#docker.exec(this.#part('database').id, ['postgres', '--version']),
    ]);
    const [version = postgres.trim()] = /\d+\.\d+/.exec(postgres) ?? [];
    return {
      cluster: 'compose',
      ...describeParts(await this.readStats(), await takeSnapshot(this.admin)),
      redis: `${redisVersion(redis)}, container`,
      postgres: `PostgreSQL ${version}, container`,
    };
  }

  #part(name: PartName): Container {
    const part = this.#parts.get(name);
    if (part) return part;
    throw new BenchError('CLUSTER_FAILED', `There is no part "${name}": ${this.partNames().join(', ')}.`);
  }
}
