import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { BenchError } from '../errors.js';

/** By this process: another one of its number may have left a lock before. */
const held = new Set<string>();

/**
 * Makes this process the only one that writes a file, by a file beside it that holds its number. One that a dead process left
 * is taken over.
 * @returns what gives it back
 * @throws BenchError RESULTS_EXIST naming the process that writes the file
 */
export function lock(file: string): () => void {
  const path = `${file}.lock`;
  for (;;) {
    if (createLock(path)) break;
    const owner = ownerOf(path);
    if (owner !== undefined && isWriting(Number(owner), path)) {
      const message = `${file} is being written by process ${Number(owner)}: wait until it has ended (or, if that is no run, delete ${path}).`;
      throw new BenchError('RESULTS_EXIST', message);
    }
    if (owner !== undefined) removeDead(path, owner);
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

/** @returns false where there is one */
function createLock(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeSync(fd, `${process.pid}\n`);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}

function ownerOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isWriting(pid: number, path: string): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of two that find the same dead lock, the slower must not remove the lock that the quicker has made since. */
function removeDead(path: string, owner: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') === owner) rmSync(aside);
  else renameSync(aside, path);
}
