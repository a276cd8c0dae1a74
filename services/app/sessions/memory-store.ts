import type { Session } from 'fastify';
import { withItem } from './session-cart.js';
import { parseSession, serializeSession, startOfSessionsOf } from './session-payload.js';
import type { UserSessionStore } from './user-session-store.js';

interface Entry {
  readonly text: string;
  readonly expiresAtMs: number;
}

/**
 * Sessions as JSON in a Map. A live object would keep alive whatever it refers to; text costs 0.5 to 0.7 KB a session.
 * Each read that finds more than a tenth of the lifetime gone renews it and moves the entry to the end, so that the Map
 * stays ordered by expiry: what is at its front expires first, or is evicted first where there are too many.
 */
export class MemoryStore implements UserSessionStore {
  readonly #entries = new Map<string, Entry>();
  readonly #ttlMs: number;
  readonly #limit: number;
  readonly #now: () => number;

  constructor({ ttlSeconds, limit }: { ttlSeconds: number; limit: number }, now: () => number) {
    this.#ttlMs = ttlSeconds * 1000;
    this.#limit = limit;
    this.#now = now;
  }

  get size(): number {
    this.#dropExpired();
    return this.#entries.size;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const entry = this.#entries.get(id);
    const leftMs = entry === undefined ? 0 : entry.expiresAtMs - this.#now();
    const text = leftMs > 0 ? entry?.text : undefined;
    if (text !== undefined && leftMs < this.#ttlMs * 0.9) this.#put(id, text);
    callback(null, text === undefined ? null : (parseSession(text)?.session ?? null));
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    const wasEnded = session.isStored === true && !this.#entries.has(id);
    if (session.user !== undefined && !wasEnded) {
      this.#dropExpired();
      this.#put(id, serializeSession(session));
      for (const oldest of this.#entries.keys()) {
        if (this.#entries.size <= this.#limit) break;
        this.#entries.delete(oldest);
      }
    }
    callback();
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.#entries.delete(id);
    callback();
  }

  /** Looks at each session: an index by user would cost memory for each. */
  async revoke(userId: number): Promise<void> {
    const start = startOfSessionsOf(userId);
    for (const [id, { text }] of this.#entries) {
      if (text.startsWith(start)) this.#entries.delete(id);
    }
  }

  async append(id: string, item: string): Promise<string[] | null> {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.expiresAtMs <= this.#now()) return null;
    const session = parseSession(entry.text)?.session;
    if (session === undefined) return null;
    const cart = withItem(session.cart ?? [], item);
    // The entry stays in its place, as its lifetime does.
    this.#entries.set(id, { ...entry, text: serializeSession({ ...session, cart }) });
    return cart;
  }

  #put(id: string, text: string): void {
    this.#entries.delete(id);
    this.#entries.set(id, { text, expiresAtMs: this.#now() + this.#ttlMs });
  }

  #dropExpired(): void {
    const nowMs = this.#now();
    for (const [id, entry] of this.#entries) {
      if (entry.expiresAtMs > nowMs) break;
      this.#entries.delete(id);
    }
  }
}
