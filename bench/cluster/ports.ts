import { once } from 'node:events';
import { createServer } from 'node:net';

/** Linux gives clients ports from 32,768 on unless told otherwise, others from 49,152 on (RFC 6335, section 6). */
const [LOWEST, HIGHEST] = [10_000, 32_000];

/** @throws the system's error where it may not be had at all. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/**
 * Ports of the loopback interface that were free a moment ago, all different. Below those that systems give to clients: until a part listens, no
 * connection takes its port.
 */
export async function findFreePorts(count: number, random = Math.random): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = LOWEST + Math.floor(random() * (HIGHEST - LOWEST));
    if (!ports.has(port) && (await isPortFree(port))) ports.add(port);
  }
  return [...ports];
}
