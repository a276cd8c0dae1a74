import { Cluster, Command, type Redis } from 'ioredis';
import type { RedisAddress } from '../../redis/address.js';
import { CLIENT, CONNECT_TIMEOUT_MS, CONNECTION, expireLater, tlsOf, UNCOUNTED } from './redis-connection.js';

const SLOTS = 16_384;

type Sent = Parameters<Cluster['sendCommand']>;

/** Each node has a pipeline of its own: one that is dead or frozen fails what is asked of its slots, and nothing else. */
export class PatientCluster extends Cluster {
  /** Commands sent so far. */
  sent = 0;
  readonly #answeredAt = new WeakMap<Redis, number>();
  #isClosed = false;

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

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#isClosed = true;
    super.disconnect(reconnect);
  }

  /** Closed while it looks, ioredis would look again and again, and keep the process from ending. */
  override refreshSlotsCache(callback?: Parameters<Cluster['refreshSlotsCache']>[0]): void {
    super.refreshSlotsCache((...outcome) => {
      if (!this.#isClosed) callback?.(...outcome);
    });
  }

  override sendCommand(...[command, stream, node]: Sent): unknown {
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
          // It has answered nothing since then: it is frozen. What it holds back until it is connected would be written after it was given up.
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
    this.sendCommand(command, undefined, { redis } as unknown as Sent[2]);
    return String(await command.promise);
  }
}
