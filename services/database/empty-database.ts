import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const IMAGES = join(MODULES, '.cache', 'authscale');

/** An empty database in memory. PostgreSQL takes most of a start to make one: it is made once, later starts load its image. */
export async function createEmptyDatabase(folder = IMAGES): Promise<PGlite> {
  const image = join(folder, `empty-database-${await readVersion()}.tar`);
  try {
    return await PGlite.create({ loadDataDir: new Blob([await readFile(image)]) });
  } catch {
    // None yet, or one that cannot be used: it is made again.
    const database = await PGlite.create();
    await keep(await database.dumpDataDir('none'), image, folder);
    return database;
  }
}

/** Renamed when it is whole: several may start at once. Where nothing can be written, each start makes its own. */
async function keep(dump: Blob, image: string, folder: string): Promise<void> {
  const unfinished = `${image}.${process.pid}`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
    await rename(unfinished, image);
  } catch {}
}

/** An image of another version may be of no use. */
async function readVersion(): Promise<string> {
  const manifest = await readFile(join(MODULES, '@electric-sql', 'pglite', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
