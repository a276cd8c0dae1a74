import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { announceListening, runMain, stopOnSignal, toListenError } from '../process.js';
import { loadEmbeddedConfig } from './config.js';
import { createEmptyDatabase } from './empty-database.js';

/** Connections of several instances' pools. They take turns: the embedded database has one session only. */
const MAX_CONNECTIONS = 256;
const STOP_DEADLINE_MS = 2000;

/** PostgreSQL inside a process, for where no server is given. In memory: it ends with the process. */
await runMain(async () => {
  const { host, port } = loadEmbeddedConfig();
  const db = await createEmptyDatabase();
  const server = new PGLiteSocketServer({ db, host, port, maxConnections: MAX_CONNECTIONS });
  try {
    await server.start();
  } catch (error) {
    throw toListenError(error, 'DATABASE_PORT', port);
  }
  stopOnSignal(() => server.stop(), STOP_DEADLINE_MS);
  announceListening('embedded database', { url: `postgres://postgres@${server.getServerConn()}/postgres` });
});
