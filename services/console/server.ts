import type { AddressInfo } from 'node:net';
import { announceListening, runMain, stopOnSignal, toListenError } from '../process.js';
import { createConsoleServer } from './app.js';
import { IpcControl } from './cluster/ipc-control.js';
import { OpsControl } from './cluster/ops-control.js';
import { type ConsoleConfig, loadConsoleConfig } from './config.js';
import { Console } from './console.js';

const CLOSE_DEADLINE_MS = 1000;

await runMain(async () => {
  const config = await loadConsoleConfig();
  const console = new Console(config, (changed, known) =>
    // Who has started the cluster and this process, if that is one, has its parts in hand.
    process.send ? new IpcControl(changed) : new OpsControl({ ...known, token: config.controlToken, now: Date.now }),
  );
  const server = createConsoleServer(console, config);
  stopOnSignal(async () => {
    console.close();
    server.close();
    server.closeAllConnections();
  }, CLOSE_DEADLINE_MS);
  announceListening('console', { url: await listen(server, config) });
});

/** @throws ConfigError for a port that cannot be listened on */
function listen(
  server: ReturnType<typeof createConsoleServer>,
  { listen: { host, port } }: ConsoleConfig,
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toListenError(error, 'PORT', port)));
    server.listen(port, host, () => resolve(`http://${host}:${(server.address() as AddressInfo).port}`));
  });
}
