import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import { Forbidden } from '../errors.js';
import type { Mount, Scope } from './mount.js';
import { User } from './schemas.js';

const LIST_LIMIT = 100;
const Users = Type.Object({ users: Type.Array(User) });

/** For admins only. */
export function mountAdmin(scope: Scope, { resources, authenticate }: Mount): void {
  scope.get(ROUTES.adminUsers, { onRequest: authenticate, schema: { response: { 200: Users } } }, async (request) => {
    if (request.user.role !== 'admin') throw new Forbidden('Only admins may list the users.');
    return { users: await resources.directory.list(LIST_LIMIT) };
  });
}
