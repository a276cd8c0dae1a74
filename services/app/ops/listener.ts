import Fastify, { type FastifyInstance } from 'fastify';
import { OPS } from '../../contract.js';
import type { App } from '../app.js';
import type { Resources } from '../resources.js';
import { createMetrics } from './metrics.js';
import { createReadiness } from './readiness.js';
import { createStats } from './stats.js';

/** The listener for operations. It stays on its own port, which a balancer never routes to. */
export function buildOps(app: App, resources: Resources, isDraining: () => boolean): FastifyInstance {
  const ops = Fastify({ forceCloseConnections: true });
  const readReadiness = createReadiness(resources, isDraining);
  const readStats = createStats(app, resources);
  const metrics = createMetrics(app, resources);

  ops.get(OPS.health, () => ({ status: 'alive' }));
  ops.get(OPS.ready, async (_request, reply) => {
    const readiness = await readReadiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  ops.get(OPS.stats, () => readStats());
  ops.get(OPS.metrics, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  return ops;
}
