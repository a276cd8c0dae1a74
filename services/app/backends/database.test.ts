import { pino } from 'pino';
import t from 'tap';
import { startProcess } from '../../testing/processes.js';
import { createDatabase } from './database.js';

t.test('a database without its tables is one that does not answer; a wrong statement is a defect', async (t) => {
  const server = await startProcess('database/embedded.js', {});
  const database = createDatabase(server.url, 1, pino({ enabled: false }));
  t.teardown(async () => {
    await database.close();
    await server.stop();
  });
  // So it is between its start and the end of its set-up.
  await t.rejects(database.query('SELECT id FROM users'), { code: 'unavailable', statusCode: 503 });
  await t.rejects(database.query('SELECT nothing that is SQL'), { code: '42601' });
});
