import Fastify, { type FastifyInstance } from 'fastify';
import { type ErrorReply, HEADERS, OPS } from '../../contract.js';
import type { App } from '../app.js';
import type { Resources } from '../resources.js';
import { createTokenCheck } from '../routes/token-check.js';
import { createCollector } from './collection.js';
import { mountControl } from './control.js';
import { createMetrics } from './metrics.js';
import type { ReadinessWatch } from './readiness.js';
import { createStats } from './stats.js';

const FORBIDDEN: ErrorReply = { error: 'forbidden', message: 'The bench token is missing or wrong.' };

/** The listener for operations. It stays on its own port, which a balancer never routes to. */
export function buildOps(app: App, resources: Resources, readiness: ReadinessWatch): FastifyInstance {
  const ops = Fastify({ forceCloseConnections: true });
  const readStats = createStats(app, resources);
  const metrics = createMetrics(app, resources);

  ops.get(OPS.health, () => ({ status: 'alive' }));
  ops.get(OPS.ready, (_request, reply) => {
    const known = readiness.read();
    reply.code(known.ready ? 200 : 503).send(known);
  });
  ops.get(OPS.stats, () => readStats());
  ops.get(OPS.metrics, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  if (resources.controlToken !== null) mountControl(ops, resources.controlToken);
  const { benchToken } = resources.config;
  if (benchToken === null) return ops;
  const isBench = createTokenCheck(HEADERS.benchToken, benchToken);
  const collect = createCollector();
  ops.post(OPS.collect, (request, reply) => {
    if (!isBench(request)) return reply.code(403).send(FORBIDDEN);
    collect();
    return reply.send(readStats());
  });
  return ops;
}
