import pg from 'pg';
import type { Logger } from 'pino';
import { completeDatabaseUrl } from '../../database/address.js';
import { Unavailable } from '../errors.js';
import { type Backend, type OpenBackend, toStatus } from './backend.js';

const CONNECT_TIMEOUT_MS = 1000;
const QUERY_TIMEOUT_MS = 2000;
const NO_SUCH_TABLE = '42P01';

/** PostgreSQL behind a small pool. What it does not answer in time becomes `Unavailable`. */
export interface Database extends Backend {
  /** Rows of one statement. Statements stay unnamed: behind the embedded database all connections share one session. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export const openDatabase: OpenBackend<Database> = async ({ database, secretsDir }, log) =>
  createDatabase(await completeDatabaseUrl(database.url, secretsDir), database.poolSize, log);

export function createDatabase(url: string, poolSize: number, log: Logger): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // Without a listener an idle connection that breaks would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'));
  const missing = new Set<string>();
  /** Once for each table: requests would say it over and over. */
  const tellMissing = (error: unknown) => {
    if (!(error instanceof pg.DatabaseError) || error.code !== NO_SUCH_TABLE || missing.has(error.message)) return;
    missing.add(error.message);
    log.warn(`${error.message}: the set-up of the database makes it`);
  };
  let trips = 0;
  let hasAnswered = false;
  const send = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query<Row>(text, [...values]);
    hasAnswered = true;
    return rows;
  };
  return {
    async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      trips++;
      try {
        return await send<Row>(text, values);
      } catch (error) {
        if (isStatementError(error)) throw error;
        tellMissing(error);
        throw new Unavailable('database', error);
      }
    },
    status: () => toStatus(send('SELECT 1', [])),
    // Has it never answered, its address may be wrong.
    isReady: () => hasAnswered,
    trips: () => trips,
    close: () => pool.end(),
  };
}

/**
 * An error in the statement itself is a defect of ours; classes 08, 53 and 57 (and no class at all) mean no answer. So does
 * a table that is not there: a database that was started anew listens before its set-up has made them.
 */
function isStatementError(error: unknown): boolean {
  const isOurs = error instanceof pg.DatabaseError && !/^(08|53|57)/.test(error.code ?? '');
  return isOurs && error.code !== NO_SUCH_TABLE;
}
