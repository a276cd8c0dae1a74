import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { Turn } from './turn.js';

/** A session store that notes for each request the time that it waited for the store. */
export class TimedStore implements SessionStore {
  readonly #store: SessionStore;
  readonly #turn: Turn;

  constructor(store: SessionStore, turn: Turn) {
    this.#store = store;
    this.#turn = turn;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const { request } = this.#turn;
    const startedAtMs = performance.now();
    this.#store.get(id, (error, session) => {
      if (request !== null) request.storeMs += performance.now() - startedAtMs;
      // The answer of a remote store comes in another turn than the question.
      this.#turn.request = request;
      callback(error, session);
    });
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    this.#store.set(id, session, this.#timed(callback));
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.#store.destroy(id, this.#timed(callback));
  }

  #timed(callback: (error?: unknown) => void): (error?: unknown) => void {
    const { request } = this.#turn;
    const startedAtMs = performance.now();
    return (error) => {
      if (request !== null) request.storeMs += performance.now() - startedAtMs;
      callback(error);
    };
  }
}
