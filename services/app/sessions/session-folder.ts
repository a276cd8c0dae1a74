import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ConfigError } from '../../errors.js';

/**
 * A folder for sessions: the given one, which is kept, or one for as long as the server lives.
 * @throws ConfigError
 */
export async function openSessionFolder(scope: FastifyInstance, given: string | null): Promise<string> {
  try {
    if (given !== null) {
      await mkdir(given, { recursive: true, mode: 0o700 });
      return given;
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'authscale-sessions-'));
    scope.addHook('onClose', () => rm(folder, { recursive: true, force: true }));
    return folder;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError('SESSION_DIR', `${JSON.stringify(given ?? '')} (${reason})`, 'a directory that can be made', {
      cause: error,
    });
  }
}
