import Type from 'typebox';
import { ROUTES } from '../../contract.js';
import { addressOf } from '../accounts/failed-sign-ins.js';
import { LastAdmin, NotFound, WrongCredentials } from '../errors.js';
import type { Mount, Scope } from './mount.js';
import { createRequireAdminNow, requireAdmin } from './require-admin.js';
import { Id, Password, RoleName, toId, User } from './schemas.js';

const PasswordChange = Type.Object({ current: Password, next: Password }, { additionalProperties: false });
const RoleChange = Type.Object({ role: RoleName }, { additionalProperties: false });
const NO_SUCH_USER = 'There is no such user.';

/** What takes authority away: a new password, a revocation, another role. Sessions end in every strategy of this instance. */
export function mountAccount(scope: Scope, mount: Mount): void {
  const { resources, authenticate, checkPassword, revokeEverywhere } = mount;
  const { directory, passwords, checkQueue } = resources;
  const onRequest = [authenticate, requireAdmin, createRequireAdminNow(directory)];

  scope.post(ROUTES.password, { onRequest: authenticate, schema: { body: PasswordChange } }, async (request, reply) => {
    const { current, next } = request.body;
    const { user, passwordHash } = await checkPassword(request, request.user.username, current);
    const nextHash = await checkQueue.run(addressOf(request), () => passwords.hash(next));
    // First: where this fails, the password is still the old one, and can be changed as before.
    await revokeEverywhere(user.id, 'password');
    if (!(await directory.changePassword(user.id, passwordHash, nextHash))) throw new WrongCredentials();
    // A login with the old password may have come between.
    await revokeEverywhere(user.id, 'password');
    return reply.code(204).send();
  });
  scope.post(ROUTES.revokeUser, { onRequest, schema: { params: Id } }, async (request, reply) => {
    const user = await directory.get(toId(request.params, NO_SUCH_USER));
    if (user === null) throw new NotFound(NO_SUCH_USER);
    await revokeEverywhere(user.id, 'admin');
    return reply.code(204).send();
  });
  scope.put(
    ROUTES.userRole,
    { onRequest, schema: { params: Id, body: RoleChange, response: { 200: User } } },
    async (request) => {
      const id = toId(request.params, NO_SUCH_USER);
      const user = await directory.changeRole(id, request.body.role);
      if (user === null) throw (await directory.get(id)) === null ? new NotFound(NO_SUCH_USER) : new LastAdmin();
      await revokeEverywhere(user.id, 'role');
      return user;
    },
  );
}
