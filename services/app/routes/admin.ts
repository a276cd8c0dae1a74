import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import type { Mount, Scope } from './mount.js';
import { requireAdmin } from './require-admin.js';
import { User } from './schemas.js';

const LIST_LIMIT = 100;
const Users = Type.Object({ users: Type.Array(User) });

/** For admins only. */
export function mountAdmin(scope: Scope, { resources, authenticate }: Mount): void {
  const onRequest = [authenticate, requireAdmin];
  scope.get(ROUTES.adminUsers, { onRequest, schema: { response: { 200: Users } } }, async () => ({
    users: await resources.directory.list(LIST_LIMIT),
  }));
}
