import type { Role, UserView } from '../../contract.js';
import type { Database } from '../backends/database.js';

/** The users. */
export interface Directory {
  find(username: string): Promise<UserView | null>;
  findById(id: number): Promise<UserView | null>;
  findWithPassword(username: string): Promise<{ user: UserView; passwordHash: string } | null>;
  list(limit: number): Promise<UserView[]>;
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
    async find(username) {
      const row = await findRow(username);
      return row === undefined ? null : toView(row);
    },
    async findById(id) {
      const rows = await database.query<UserRow>('SELECT id, username, role FROM users WHERE id = $1', [id]);
      return rows[0] ?? null;
    },
    async findWithPassword(username) {
      const row = await findRow(username);
      return row === undefined ? null : { user: toView(row), passwordHash: row.password_hash };
    },
    list: (limit) => database.query<UserRow>('SELECT id, username, role FROM users ORDER BY id LIMIT $1', [limit]),
  };
}

const toView = ({ id, username, role }: UserRow): UserView => ({ id, username, role });
