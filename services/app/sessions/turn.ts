import type { FastifyRequest } from 'fastify';

/**
 * The request that the session plugin works for. It tells neither its store nor its signer, but it calls both in the same
 * turn in which a hook or handler of that request runs. So whoever starts such a turn notes the request here.
 */
export class Turn {
  request: FastifyRequest | null = null;

  /** An onRequest hook. */
  readonly begin = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
    this.request = request;
    done();
  };
}
