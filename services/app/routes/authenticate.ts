import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { UserView } from '../../contract.js';
import { NotSignedIn } from '../errors.js';
import type { Strategy } from '../strategies/strategy.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request. Only routes behind `authenticate` may read it. */
    user: UserView;
  }
}

/** Lets only requests with an identity pass. A strategy that knows at once is not made to wait for a promise. */
export function createAuthenticate(strategy: Pick<Strategy, 'identify'>): onRequestHookHandler {
  return (request, _reply, done) => {
    const identified = strategy.identify(request);
    if (identified instanceof Promise) identified.then((user) => done(admit(request, user)), done);
    else done(admit(request, identified));
  };
}

function admit(request: FastifyRequest, user: UserView | null): Error | undefined {
  if (user === null) return new NotSignedIn();
  request.user = user;
  return undefined;
}
