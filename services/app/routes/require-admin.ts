import type { onRequestHookHandler } from 'fastify';
import { Forbidden } from '../errors.js';

/** Lets only admins pass. Runs after `authenticate`. */
export const requireAdmin: onRequestHookHandler = (request, _reply, done) => {
  done(request.user.role === 'admin' ? undefined : new Forbidden('Only admins may do that.'));
};
