import { Redis, type RedisOptions } from 'ioredis';
import { CONNECT_TIMEOUT_MS, expireLater, UNCOUNTED } from './redis-connection.js';

type Sent = Parameters<Redis['sendCommand']>;

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
    // Told of a failover while it looks for the master, ioredis gives up for good.
    this.on('end', () => {
      if (!this.#isClosed) this.connect().catch(() => {});
    });
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#isClosed = true;
    super.disconnect(reconnect);
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

  async check(): Promise<void> {
    await this.ping();
  }

  async deleteKeys(keys: string[]): Promise<void> {
    await this.del(keys);
  }
}
