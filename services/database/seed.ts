import type { ClientBase } from 'pg';
import { SEED } from '../contract.js';

const POST_COUNT = 10;

/**
 * The demo users and posts, if they are not there yet. All users share one password, so they share its hash too: a thousand
 * hashes would take half a minute and add nothing to a demo. The numbers of `user<n>` and `id` agree in an empty table. Passwords and
 * roles are set back: the bench changes them, and may be killed meanwhile.
 */
export async function seed(client: ClientBase, passwordHash: string): Promise<void> {
  await client.query(
    `INSERT INTO users (username, password_hash)
     SELECT $1::text || n, $2 FROM generate_series(1, $3::integer) AS n ORDER BY n
     ON CONFLICT (username) DO UPDATE SET password_hash = EXCLUDED.password_hash, role = EXCLUDED.role`,
    [SEED.userPrefix, passwordHash, SEED.userCount],
  );
  await client.query(
    `INSERT INTO users (username, password_hash, role) VALUES ($1, $2, 'admin')
     ON CONFLICT (username) DO UPDATE SET password_hash = EXCLUDED.password_hash, role = EXCLUDED.role`,
    [SEED.adminName, passwordHash],
  );
  await client.query(
    `INSERT INTO posts (author_id, title, body)
     SELECT users.id, 'Post ' || n, 'Written by ' || username
     FROM generate_series(1, $1::integer) AS n JOIN users ON username = $2::text || n
     WHERE NOT EXISTS (SELECT FROM posts) ORDER BY n`,
    [POST_COUNT, SEED.userPrefix],
  );
}
