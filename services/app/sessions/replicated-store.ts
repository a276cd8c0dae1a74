import type { Session } from 'fastify';
import type { Peers } from '../backends/peers.js';
import type { Replica } from './replica.js';
import { withItem } from './session-cart.js';
import { parseSession, serializeSession } from './session-payload.js';
import type { UserSessionStore } from './user-session-store.js';

/**
 * Sessions that every instance holds. A read asks nobody; what changes is told to all others. Who signs in or changes his session waits for them
 * a little, who ends one until all that can be reached have done so.
 */
export class ReplicatedStore implements UserSessionStore {
  readonly #replica: Replica;
  readonly #peers: Pick<Peers, 'tell'>;
  readonly #ttlMs: number;

  constructor({ replica, ...peers }: Pick<Peers, 'replica' | 'tell'>, { ttlSeconds }: { readonly ttlSeconds: number }) {
    this.#replica = replica;
    this.#peers = peers;
    this.#ttlMs = ttlSeconds * 1000;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const found = this.#replica.get(id);
    if (found !== null && found.leftMs < this.#ttlMs * 0.9) {
      // The reader does not wait for it. Whoever it does not reach renews it himself.
      void this.#peers.tell(this.#replica.rewrite(id, found.text, { renews: true }), 'a little');
    }
    callback(null, found === null ? null : (parseSession(found.text)?.session ?? null));
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    const { user } = session;
    if (user === undefined) {
      callback();
      return;
    }
    const text = serializeSession(session);
    // A request that was under way while its session ended must not bring it back.
    const change = session.isStored
      ? this.#replica.rewrite(id, text, { renews: true })
      : this.#replica.begin(id, user.id, text);
    void this.#peers.tell(change, 'a little').then(() => callback());
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    void this.#peers.tell(this.#replica.end(id), 'for all').then(() => callback());
  }

  revoke(userId: number): Promise<void> {
    return this.#peers.tell(this.#replica.revoke(userId), 'for all');
  }

  /** In one step here; of items that two instances add at the same time, those of one are lost. */
  async append(id: string, item: string): Promise<string[] | null> {
    const session = parseSession(this.#replica.get(id)?.text ?? '')?.session;
    if (session === undefined) return null;
    const cart = withItem(session.cart ?? [], item);
    const change = this.#replica.rewrite(id, serializeSession({ ...session, cart }), { renews: false });
    await this.#peers.tell(change, 'a little');
    return cart;
  }
}
