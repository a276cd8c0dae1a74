import type { FastifyRequest } from 'fastify';
import type { UserView } from '../../contract.js';
import { WrongCredentials } from '../errors.js';
import type { Directory } from './directory.js';
import { addressOf, type FailedSignIns } from './failed-sign-ins.js';
import type { FairQueue } from './fair-queue.js';
import type { Passwords } from './passwords.js';

/**
 * The user whose name and password these are, with the hash that the password was checked against.
 * @throws WrongCredentials, TooManyFailures, Overloaded
 */
export type PasswordCheck = (
  request: FastifyRequest,
  username: string,
  password: string,
) => Promise<{ user: UserView; passwordHash: string }>;

/** The one way to check a password: failures of the pair of user and address are limited, and the checks wait in turn. */
export function createPasswordCheck(
  { directory, passwords, checkQueue }: { directory: Directory; passwords: Passwords; checkQueue: FairQueue },
  failedSignIns: FailedSignIns,
): PasswordCheck {
  return async (request, username, password) => {
    await failedSignIns.check(request, username);
    const found = await checkQueue.run(addressOf(request), async () => {
      // Again: those that came at once have all passed before the first of them failed.
      await failedSignIns.check(request, username);
      // In turn, too: behind the lookups of all who only want to wait, a user would wait for the database.
      const user = await directory.findWithPassword(username);
      const isMatch = await passwords.verify(user?.passwordHash ?? null, password);
      if (!isMatch) await failedSignIns.note(request, username);
      return isMatch ? user : null;
    });
    if (found === null) throw new WrongCredentials();
    return found;
  };
}
