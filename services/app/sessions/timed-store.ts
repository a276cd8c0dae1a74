import fastifyCookie from '@fastify/cookie';
import type { SessionStore } from '@fastify/session';
import type { FastifyRequest, Session } from 'fastify';

/**
 * Notes per request the time that its session store and its signature check took. The session plugin tells neither of them
 * the request, but it calls both in the turn in which the request's hook or handler runs. So that turn is announced here.
 */
export class TimedStore implements SessionStore {
  #request: FastifyRequest | null = null;
  readonly #store: SessionStore;
  readonly signer;

  constructor(store: SessionStore, secret: string) {
    this.#store = store;
    const signer = new fastifyCookie.Signer(secret);
    this.signer = {
      sign: (id: string) => signer.sign(id),
      unsign: (signedId: string) => {
        const startedAtMs = performance.now();
        const result = signer.unsign(signedId);
        if (this.#request !== null) this.#request.verifyMs += performance.now() - startedAtMs;
        return result;
      },
    };
  }

  /** An onRequest hook; called again by a handler before it lets the plugin use the store. */
  readonly beginTurn = (request: FastifyRequest, _reply?: unknown, done?: () => void): void => {
    this.#request = request;
    done?.();
  };

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const request = this.#request;
    const startedAtMs = performance.now();
    this.#store.get(id, (error, session) => {
      if (request !== null) request.storeMs += performance.now() - startedAtMs;
      callback(error, session);
    });
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    this.#store.set(id, session, this.#timed(callback));
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.#store.destroy(id, this.#timed(callback));
  }

  #timed(callback: (error?: unknown) => void) {
    const request = this.#request;
    const startedAtMs = performance.now();
    return (error?: unknown) => {
      if (request !== null) request.storeMs += performance.now() - startedAtMs;
      callback(error);
    };
  }
}
