import type { Upstream } from '../../upstreams/upstream.js';
import type { Transport, TransportOptions } from '../transport.js';
import { Connection, type ConnectionOwner } from './connection.js';

/** How often idle connections are looked through. */
const SWEEP_MS = 500;

/** The balancer's own HTTP/1.1 client: cheaper than a general one, as there is no queue, no pipelining and no object per header. */
export function createNetTransport(options: TransportOptions): Transport {
  /** Free connections by upstream: a stack, so that the warmest is used again and the surplus grows old. */
  const idle = new Map<Upstream, Connection[]>();
  const owner: ConnectionOwner = {
    onIdle(connection) {
      const stack = idle.get(connection.upstream);
      if (stack === undefined) {
        connection.close();
        return;
      }
      connection.idleUntilMs = sweptAtMs + (connection.idleLimitMs ?? options.keepAliveTimeoutMs);
      stack.push(connection);
    },
    onClosed(connection) {
      const stack = idle.get(connection.upstream);
      const at = stack?.indexOf(connection) ?? -1;
      if (at !== -1) stack?.splice(at, 1);
    },
  };
  let sweptAtMs = performance.now();
  const timer = setInterval(() => {
    sweptAtMs = performance.now();
    // Closing takes a connection out of its stack, so a copy is looked through.
    for (const stack of idle.values())
      for (const connection of [...stack]) if (connection.idleUntilMs <= sweptAtMs) connection.close();
  }, SWEEP_MS);
  timer.unref();

  /**
   * Requests that came in one turn of the event loop leave together. An instance then reads them in one turn, too, and asks its
   * store for all of them at once.
   */
  const leaving: Connection[] = [];
  function flush(): void {
    for (const connection of leaving) connection.flush();
    leaving.length = 0;
  }

  function forget(upstream: Upstream): void {
    const stack = idle.get(upstream) ?? [];
    idle.delete(upstream);
    for (const connection of stack) connection.close();
  }

  return {
    send(upstream, request, handler) {
      let stack = idle.get(upstream);
      if (stack === undefined) {
        stack = [];
        idle.set(upstream, stack);
      }
      const connection = stack.pop() ?? new Connection(upstream, owner, options.maxHeaderBytes);
      connection.send(request, handler);
      if (leaving.length === 0) setImmediate(flush);
      leaving.push(connection);
      return connection;
    },
    forget,
    close() {
      clearInterval(timer);
      for (const upstream of [...idle.keys()]) forget(upstream);
    },
  };
}
