import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import Type from 'typebox';
import { readEnvironment } from '../environment.js';
import { announceListening, runMain, stopOnSignal, toListenError } from '../process.js';
import { port, text } from '../settings.js';

const Settings = Type.Object({
  DATABASE_HOST: text('127.0.0.1', 'an address to listen on'),
  DATABASE_PORT: port(0),
});

/** Connections of several instances' pools. They take turns: the embedded database has one session only. */
const MAX_CONNECTIONS = 256;
const STOP_DEADLINE_MS = 2000;

/** PostgreSQL inside a process, for where no server is given. In memory: it ends with the process. */
await runMain(async () => {
  const settings = readEnvironment(Settings, process.env);
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({
    db,
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    maxConnections: MAX_CONNECTIONS,
  });
  try {
    await server.start();
  } catch (error) {
    throw toListenError(error, 'DATABASE_PORT', settings.DATABASE_PORT);
  }
  stopOnSignal(() => server.stop(), STOP_DEADLINE_MS);
  announceListening('embedded database', { url: `postgres://postgres@${server.getServerConn()}/postgres` });
});
