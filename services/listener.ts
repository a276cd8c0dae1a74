import type { FastifyInstance } from 'fastify';
import { toListenError } from './process.js';

const CLOSE_IDLE_EVERY_MS = 50;

/**
 * @param key the setting that names the port
 * @returns the URL
 * @throws ConfigError for a port that cannot be listened on
 */
export async function listen(
  server: FastifyInstance,
  { host, port }: { host: string; port: number },
  key: string,
): Promise<string> {
  try {
    // As many connections may wait as at the balancer: an instance that stands still must not lose a burst of them.
    return await server.listen({ host, port, backlog: 4096 });
  } catch (error) {
    throw toListenError(error, key, port);
  }
}

/** Takes no new connection, and closes each one as soon as the request on it is answered. */
export async function finishRequests(server: FastifyInstance): Promise<void> {
  const closing = setInterval(() => server.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  await server.close();
  clearInterval(closing);
}
