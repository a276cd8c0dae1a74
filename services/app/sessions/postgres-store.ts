import type { Session } from 'fastify';
import { CART } from '../../contract.js';
import type { Database } from '../backends/database.js';
import { CartFull } from '../errors.js';
import { keyOf } from './session-key.js';
import { parseSession, serializeSession } from './session-payload.js';
import type { UserSessionStore } from './user-session-store.js';

/** So many rows are locked and removed at once. */
const SWEEP_SIZE = 1000;

interface Row {
  readonly data: string;
  readonly left_ms: number;
}

/**
 * Sessions as rows, one SELECT per read. Whichever instance reads one first after a tenth of its lifetime renews it, for all. What
 * changes a session is an UPDATE, which brings no row back that has ended.
 */
export class PostgresStore implements UserSessionStore {
  readonly #database: Database;
  readonly #ttlMs: number;
  readonly #now: () => number;

  constructor(database: Database, { ttlSeconds }: { ttlSeconds: number }, now: () => number) {
    this.#database = database;
    this.#ttlMs = ttlSeconds * 1000;
    this.#now = now;
  }

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    const key = keyOf(id);
    this.#read(key).then((row) => {
      if (row !== undefined && row.left_ms < this.#ttlMs * 0.9) this.#renew(key);
      callback(null, row === undefined ? null : (parseSession(row.data)?.session ?? null));
    }, callback);
  }

  set(id: string, session: Session, callback: (error?: unknown) => void): void {
    const { user, isStored } = session;
    if (user === undefined) {
      callback();
      return;
    }
    const values = [keyOf(id), user.id, serializeSession(session), this.#after(this.#ttlMs)];
    const writing = isStored
      ? this.#database.query(
          'UPDATE sessions SET user_id = $2, data = $3, expires_at = $4 WHERE id = $1 AND expires_at > $5',
          [...values, this.#after(0)],
        )
      : this.#database.query(
          `INSERT INTO sessions (id, user_id, data, expires_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (id) DO UPDATE SET (user_id, data, expires_at) = (EXCLUDED.user_id, EXCLUDED.data, EXCLUDED.expires_at)`,
          values,
        );
    writing.then(() => callback(), callback);
  }

  destroy(id: string, callback: (error?: unknown) => void): void {
    this.#database.query('DELETE FROM sessions WHERE id = $1', [keyOf(id)]).then(() => callback(), callback);
  }

  async revoke(userId: number): Promise<void> {
    await this.#database.query('DELETE FROM sessions WHERE user_id = $1', [userId]);
  }

  async append(id: string, item: string): Promise<string[] | null> {
    const key = keyOf(id);
    const [row] = await this.#database.query<{ cart: string[] }>(
      `UPDATE sessions SET data = jsonb_set(data, '{cart}', coalesce(data->'cart', '[]') || to_jsonb($2::text))
       WHERE id = $1 AND expires_at > $3 AND jsonb_array_length(coalesce(data->'cart', '[]')) < $4
       RETURNING data->'cart' AS cart`,
      [key, item, this.#after(0), CART.itemLimit],
    );
    if (row !== undefined) return row.cart;
    if ((await this.#read(key)) !== undefined) throw new CartFull();
    return null;
  }

  /** Removes what has expired, in pieces. Several instances do so at once: each takes rows that no other has. */
  async sweep(): Promise<void> {
    for (let removed = SWEEP_SIZE; removed === SWEEP_SIZE; ) {
      const rows = await this.#database.query(
        `DELETE FROM sessions WHERE id IN
           (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING 1`,
        [this.#after(0), SWEEP_SIZE],
      );
      removed = rows.length;
    }
  }

  async #read(key: string): Promise<Row | undefined> {
    const [row] = await this.#database.query<Row>(
      `SELECT data::text AS data, (extract(epoch FROM expires_at - $2::timestamptz) * 1000)::float8 AS left_ms
       FROM sessions WHERE id = $1 AND expires_at > $2`,
      [key, this.#after(0)],
    );
    return row;
  }

  /** The reader does not wait for it. Where it fails, the next read tries again. */
  #renew(key: string): void {
    const values = [key, this.#after(this.#ttlMs)];
    this.#database
      .query('UPDATE sessions SET expires_at = $2 WHERE id = $1 AND expires_at < $2', values)
      .catch(() => {});
  }

  #after(ms: number): string {
    return new Date(this.#now() + ms).toISOString();
  }
}
