/** Idempotent. Statements are separated so that each can be sent alone. */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL UNIQUE,
    password_hash text NOT NULL,
    role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin'))
  )`,
  `CREATE TABLE IF NOT EXISTS posts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    author_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    body text NOT NULL
  )`,
  // Of a session only the hash of its id: who reads the table can present none. `user_id` refers to no row: it is not checked at each login.
  `CREATE TABLE IF NOT EXISTS sessions (
    id text PRIMARY KEY,
    user_id integer NOT NULL,
    data jsonb NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  'CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at)',
  'CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id)',
];

/** Unlogged, a session costs no entry in the log, and a crash of the server ends all of them. Idempotent, either way. */
export const setSessionsLogged = (isLogged: boolean): string =>
  `ALTER TABLE sessions SET ${isLogged ? 'LOGGED' : 'UNLOGGED'}`;
