import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TinyDisk {
  readonly folder: string;
  remove(): void;
}

/**
 * A file system of 64 kB, or undefined where this user may mount none.
 * Not below t.testdir(), which is removed before anything else.
 */
export function mountTiny(): TinyDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'authscale-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  const remove = () => {
    if (status === 0) spawnSync('umount', [folder]);
    rmdirSync(folder);
  };
  if (status === 0) return { folder, remove };
  remove();
  return undefined;
}
