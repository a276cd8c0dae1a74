import type { FastifyInstance } from 'fastify';
import { NotFound } from '../errors.js';

/** The router takes a prefix with percent-encoded letters, too. Browsers compare paths as they are written: their cookie is not sent there. */
export function refuseOtherAddresses(scope: FastifyInstance, path: string): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    done(request.url.startsWith(`${path}/`) ? undefined : new NotFound('There is no such route.'));
  });
}
