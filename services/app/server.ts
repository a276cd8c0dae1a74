import { setTimeout } from 'node:timers/promises';
import { destination, pino } from 'pino';
import { finishRequests, listen } from '../listener.js';
import { announceListening, runMain, stopOnSignal } from '../process.js';
import { buildApp } from './app.js';
import { loadConfig } from './config.js';
import { buildOps } from './ops/listener.js';
import { watchReadiness } from './ops/readiness.js';
import { closeResources, openResources } from './resources.js';

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
