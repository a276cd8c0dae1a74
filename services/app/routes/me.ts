import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import type { Mount, Scope } from './mount.js';
import { User } from './schemas.js';

const Me = Type.Object({ user: User });

/** Who am I: answered from the session or token alone. */
export function mountMe(scope: Scope, { authenticate }: Pick<Mount, 'authenticate'>): void {
  scope.get(ROUTES.me, { onRequest: authenticate, schema: { response: { 200: Me } } }, (request, reply) => {
    reply.send({ user: request.user });
  });
}
