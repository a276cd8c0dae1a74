import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createEmptyDatabase } from './empty-database.js';

/** What is written into one is in no other. */
async function isUsable(folder: string): Promise<boolean> {
  const database = await createEmptyDatabase(folder);
  await database.query('CREATE TABLE notes (n integer)');
  await database.query('INSERT INTO notes VALUES (1)');
  const { rows } = await database.query('SELECT n FROM notes');
  await database.close();
  return rows.length === 1;
}

t.test('the first start keeps an image, the next one loads it, and a damaged one is replaced', async (t) => {
  const folder = t.testdir();
  t.ok(await isUsable(folder));
  const [name = '', ...others] = readdirSync(folder);
  t.same(others, []);
  const image = readFileSync(join(folder, name));
  t.ok(await isUsable(folder));
  t.ok(readFileSync(join(folder, name)).equals(image), 'what is loaded is left as it is');
  writeFileSync(join(folder, name), 'damaged');
  t.ok(await isUsable(folder));
  t.ok(readFileSync(join(folder, name)).length > 1_000_000);
});

t.test('where nothing can be written, a database is made all the same', async (t) => {
  t.ok(await isUsable(join(t.testdir({ file: '' }), 'file')));
});
