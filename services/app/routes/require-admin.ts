import type { onRequestAsyncHookHandler, onRequestHookHandler } from 'fastify';
import type { Directory } from '../accounts/directory.js';
import { Forbidden } from '../errors.js';

/** Lets only admins pass. Runs after `authenticate`. */
export const requireAdmin: onRequestHookHandler = (request, _reply, done) => {
  done(request.user.role === 'admin' ? undefined : onlyAdmins());
};

/**
 * The same, but as the database knows it now. Runs after `requireAdmin`, where authority itself is given or taken: with a token that
 * still tells his old role, who was demoted could give it back to himself.
 */
export const createRequireAdminNow =
  (directory: Directory): onRequestAsyncHookHandler =>
  async ({ user }) => {
    if ((await directory.get(user.id))?.role !== 'admin') throw onlyAdmins();
  };

const onlyAdmins = () => new Forbidden('Only admins may do that.');
