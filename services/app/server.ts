import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { destination, pino } from 'pino';
import { announceListening, runMain, stopOnSignal, toListenError } from '../process.js';
import { buildApp } from './app.js';
import { loadConfig } from './config.js';
import { buildOps } from './ops/listener.js';
import { watchReadiness } from './ops/readiness.js';
import { closeResources, openResources } from './resources.js';

const CLOSE_IDLE_EVERY_MS = 50;

await runMain(async () => {
  const config = loadConfig();
  const log = pino({ base: { instance: config.instanceId } }, destination({ fd: 2, sync: true }));
  let isDraining = false;

  const resources = await openResources(config, log);
  const app = await buildApp(resources, log, () => isDraining);
  const readiness = watchReadiness(resources.backends, () => isDraining);
  const ops = buildOps(app, resources, readiness);

  stopOnSignal(async () => {
    isDraining = true;
    // Who asks /ready hears of it before the first connection is refused.
    await setTimeout(config.drainNoticeMs);
    await finishRequests(app.server);
    readiness.stop();
    await Promise.all([ops.close(), closeResources(resources)]);
  }, config.drainNoticeMs + config.drainTimeoutMs);

  // Whoever asks for the first time is told what is so, not that nothing is known yet.
  await readiness.begun;
  const opsUrl = await listen(ops, config.ops, 'OPS_PORT');
  const url = await listen(app.server, config.public, 'PORT');
  announceListening(`instance ${config.instanceId}`, { url, opsUrl });
});

async function listen(server: FastifyInstance, { host, port }: { host: string; port: number }, key: string) {
  try {
    // As many connections may wait as at the balancer: an instance that stands still must not lose a burst of them.
    return await server.listen({ host, port, backlog: 4096 });
  } catch (error) {
    throw toListenError(error, key, port);
  }
}

/** Takes no new connection, and closes each one as soon as the request on it is answered. */
async function finishRequests(server: FastifyInstance): Promise<void> {
  const closing = setInterval(() => server.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  await server.close();
  clearInterval(closing);
}
