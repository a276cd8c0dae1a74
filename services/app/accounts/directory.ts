import type { Role, UserView } from '../../contract.js';
import type { Database } from '../backends/database.js';

/** The users. */
export interface Directory {
  get(id: number): Promise<UserView | null>;
  find(username: string): Promise<UserView | null>;
  findWithPassword(username: string): Promise<{ user: UserView; passwordHash: string } | null>;
  list(limit: number): Promise<UserView[]>;
  /** Whether it is changed: another change may have come first. */
  changePassword(id: number, fromHash: string, toHash: string): Promise<boolean>;
  /** The user with his new role; null where there is none, or where no admin would be left. */
  changeRole(id: number, role: Role): Promise<UserView | null>;
}

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
}

export function createDirectory(database: Database): Directory {
  const findRow = async (username: string) => {
    const rows = await database.query<UserRow & { password_hash: string }>(
      'SELECT id, username, role, password_hash FROM users WHERE username = $1',
      [username],
    );
    return rows[0];
  };
  return {
    async get(id) {
      const [row] = await database.query<UserRow>('SELECT id, username, role FROM users WHERE id = $1', [id]);
      return row ?? null;
    },
    async find(username) {
      const row = await findRow(username);
      return row === undefined ? null : toView(row);
    },
    async findWithPassword(username) {
      const row = await findRow(username);
      return row === undefined ? null : { user: toView(row), passwordHash: row.password_hash };
    },
    list: (limit) => database.query<UserRow>('SELECT id, username, role FROM users ORDER BY id LIMIT $1', [limit]),
    async changePassword(id, fromHash, toHash) {
      const rows = await database.query(
        'UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
        [id, fromHash, toHash],
      );
      return rows.length > 0;
    },
    async changeRole(id, role) {
      const [row] = await database.query<UserRow>(
        // Locked, in order: of two admins who demote each other at once, one fails.
        `WITH admins AS (SELECT id FROM users WHERE role = 'admin' ORDER BY id FOR UPDATE)
         UPDATE users SET role = $2 WHERE id = $1 AND ($2 = 'admin' OR EXISTS (SELECT FROM admins WHERE id <> $1))
         RETURNING id, username, role`,
        [id, role],
      );
      return row ?? null;
    },
  };
}

const toView = ({ id, username, role }: UserRow): UserView => ({ id, username, role });
