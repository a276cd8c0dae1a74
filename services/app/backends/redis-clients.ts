import { Cluster, Command, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from '../../redis/address.js';

const COMMAND_TIMEOUT_MS = 200;
const CONNECT_TIMEOUT_MS = 500;
const CONNECT_AGAIN_MS = 100;
const SLOTS = 16_384;

type Sent = Parameters<Redis['sendCommand']>;
type SentToCluster = Parameters<Cluster['sendCommand']>;

/** What asks for a server's or a cluster's state is no trip of a strategy. */
const UNCOUNTED = ['ping', 'cluster'];

/** What fails fast: no command waits for a connection and none is sent twice. */
const CONNECTION = { connectTimeout: CONNECT_TIMEOUT_MS, disconnectTimeout: 200, maxRetriesPerRequest: 0 };
const CLIENT = { enableOfflineQueue: false, lazyConnect: true, enableAutoPipelining: true };
const SERVER = { ...CONNECTION, ...CLIENT, retryStrategy: (attempt: number) => Math.min(50 * attempt, 250) };

const tlsOf = ({ isTls }: RedisAddress): Pick<RedisOptions, 'tls'> => (isTls ? { tls: {} } : {});

/**
 * Commands time out after the answers that are there have been read. With the timeouts of ioredis itself, a process that stood
 * still (a collection, a slice of CPU that was used up) gives up all commands under way, and at 400 ms their connection, before
 * it looks what has arrived meanwhile: timers come first in a turn of the event loop, and sockets after them.
 */
function expireLater(command: Command, onAnswer = () => {}, onExpiry = () => {}): void {
  const expire = () => {
    if (command.isSettled) return;
    command.reject(new Error('Command timed out'));
    onExpiry();
  };
  const timer = setTimeout(() => setImmediate(expire), COMMAND_TIMEOUT_MS);
  command.promise.then(
    () => {
      clearTimeout(timer);
      onAnswer();
    },
    () => clearTimeout(timer),
  );
}

/** One server, which may be another one after a failover. */
export class PatientRedis extends Redis {
  /** Commands sent so far. */
  sent = 0;
  #answeredAt = 0;
  #isClosed = false;

  constructor(options: RedisOptions & { replyMapping?: 'legacy' }) {
    super(options);
    // A frozen server accepts connections and answers none: another one may be the master by now.
    this.on('connect', () => {
      const giveUp = () => this.status === 'connect' && this.disconnect(true);
      setTimeout(() => setImmediate(giveUp), CONNECT_TIMEOUT_MS).unref();
    });
    // Told of a failover while it asks where the master is, ioredis gives that up, and itself for good.
    this.on('end', () => {
      const connect = () => this.#isClosed || this.connect().catch(() => {});
      setTimeout(connect, CONNECT_AGAIN_MS).unref();
    });
  }

  override sendCommand(...[command, stream]: Sent): unknown {
    if (!UNCOUNTED.includes(command.name)) this.sent++;
    const sentAt = performance.now();
    expireLater(
      command,
      () => {
        this.#answeredAt = performance.now();
      },
      () => {
        // A server that has answered nothing at all since then is frozen: without a connection commands fail at once.
        if (this.#answeredAt < sentAt && this.stream.writable) this.disconnect(true);
      },
    );
    return super.sendCommand(command, stream);
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#isClosed = true;
    super.disconnect(reconnect);
  }

  async check(): Promise<void> {
    await this.ping();
  }

  async deleteKeys(keys: string[]): Promise<void> {
    await this.del(keys);
  }
}

/** Each node has a pipeline of its own: one that is dead or frozen fails what is asked of its slots, and nothing else. */
export class PatientCluster extends Cluster {
  /** Commands sent so far. */
  sent = 0;
  readonly #answeredAt = new WeakMap<Redis, number>();

  constructor(address: RedisAddress) {
    super([...address.nodes], {
      ...CLIENT,
      redisOptions: { ...CONNECTION, ...address.credentials, ...tlsOf(address) },
      // From a replica a session would outlive its logout.
      scaleReads: 'master',
      slotsRefreshInterval: 1000,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      clusterRetryStrategy: () => 100,
      // A redirected command was not done where it was asked for. After all else nobody knows, so nothing is sent again.
      maxRedirections: 3,
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      // Names are resolved with each connection, and certificates are theirs.
      dnsLookup: (name, callback) => callback(null, name),
    });
    // ioredis lets commands wait until it has seen the slots, and throws for a slot that nobody serves. With a list of no node
    // for each slot, both fail as any command does that cannot be sent.
    Reflect.set(
      this,
      'slots',
      Array.from({ length: SLOTS }, () => []),
    );
  }

  override sendCommand(...[command, stream, node]: SentToCluster): unknown {
    if (!UNCOUNTED.includes(command.name)) this.sent++;
    const sentAt = performance.now();
    const answer = super.sendCommand(command, stream, node);
    const { redis } = (node ?? {}) as { redis?: Redis };
    if (redis === undefined) expireLater(command);
    else {
      expireLater(
        command,
        () => this.#answeredAt.set(redis, performance.now()),
        () => {
          // As above. What it holds back until it is connected would be written after it was given up.
          if ((this.#answeredAt.get(redis) ?? 0) < sentAt && redis.stream?.writable) redis.disconnect();
        },
      );
    }
    return answer;
  }

  /** Fails unless every master answers, and knows somebody for each slot; tells either by the event `checked`. */
  async check(): Promise<void> {
    const fault = await this.#findFault().catch((error: Error) => error);
    this.emit('checked', fault);
    if (fault !== null) throw fault;
  }

  /** A command for each: they are with several servers. */
  async deleteKeys(keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.del(key)));
  }

  async #findFault(): Promise<Error | null> {
    const masters = this.nodes('master');
    if (masters.length === 0) return new Error('no node of the cluster answers');
    const infos = await Promise.all(masters.map((redis) => this.#askFor('INFO', redis)));
    const served = Math.min(...infos.map((info) => Number(/cluster_slots_ok:(\d+)/.exec(info)?.[1])));
    return served === SLOTS ? null : new Error(`${served} of ${SLOTS} slots are served`);
  }

  async #askFor(what: string, redis: Redis): Promise<string> {
    const command = new Command('cluster', [what], { replyEncoding: 'utf8' });
    this.sendCommand(command, undefined, { redis } as unknown as SentToCluster[2]);
    return String(await command.promise);
  }
}

export type RedisClient = PatientRedis | PatientCluster;

type Create = (address: RedisAddress) => RedisClient;

/** By the form of REDIS_URL. */
export const CLIENTS: Readonly<Record<RedisAddress['form'], Create>> = {
  server(address) {
    const { nodes, credentials, path } = address;
    return new PatientRedis({ ...SERVER, ...nodes[0], ...credentials, ...tlsOf(address), db: Number(path) });
  },

  cluster: (address) => new PatientCluster(address),

  sentinel(address) {
    const { nodes, credentials, path, isTls } = address;
    const { username, password } = credentials;
    return new PatientRedis({
      ...SERVER,
      ...credentials,
      ...tlsOf(address),
      name: path,
      sentinels: [...nodes],
      ...(username && { sentinelUsername: username }),
      ...(password && { sentinelPassword: password }),
      ...(isTls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
      sentinelCommandTimeout: 250,
      sentinelRetryStrategy: () => 100,
      // Told of a failover, it leaves a master that is frozen.
      failoverDetector: true,
      sentinelReconnectStrategy: () => 1000,
      // The master that it was before: without sending anything again.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
  },
};
