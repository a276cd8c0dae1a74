import { destination, pino } from 'pino';
import { finishRequests, listen } from '../listener.js';
import { announceListening, runMain, stopOnSignal } from '../process.js';
import { buildResource } from './app.js';
import { loadResourceConfig } from './config.js';
import { createKeySet } from './key-set.js';

await runMain(async () => {
  const config = loadResourceConfig();
  const log = pino({ base: { process: 'resource' } }, destination({ fd: 2, sync: true }));
  let isDraining = false;

  const keySet = createKeySet(config.keySet, Date.now);
  const { server, ops } = buildResource(config, keySet, { log, isDraining: () => isDraining, now: Date.now });

  stopOnSignal(async () => {
    isDraining = true;
    await finishRequests(server);
    keySet.close();
    await ops.close();
  }, config.drainTimeoutMs);

  const opsUrl = await listen(ops, config.ops, 'OPS_PORT');
  const url = await listen(server, config.public, 'PORT');
  announceListening('resource server', { url, opsUrl });
});
