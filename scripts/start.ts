import { once } from 'node:events';
import { Command, Option } from 'commander';
import { ADMIN } from '../balancer/contract.js';
import { type LocalCluster, startLocalCluster } from '../bench/cluster/local.js';
import { quote } from '../bench/command-line.js';
import { readEnvironment } from '../bench/config.js';
import { MAX_INSTANCES, parse, wholeNumber } from '../bench/options.js';
import { DEFAULT_STRATEGIES, SEED } from '../services/contract.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const command = new Command('npm start --')
    .description('Starts the cluster without Docker and stays until Ctrl-C.')
    .addOption(
      new Option('--instances <count>', 'how many instances')
        .argParser((text) => wholeNumber(text, 1, MAX_INSTANCES))
        .default(4),
    )
    .addOption(new Option('--port <port>', "the balancer's port").argParser(port).default(8080))
    .addOption(new Option('--admin-port <port>', "its admin listener's port").argParser(port).default(8081));
  const options = parse<{ instances: number; port: number; adminPort: number }>(command, args);
  if (!options) return 0;
  const cluster = await startLocalCluster({
    strategies: DEFAULT_STRATEGIES,
    instances: options.instances,
    environment: readEnvironment(),
    balancerPort: options.port,
    adminPort: options.adminPort,
    bench: false,
    signal,
    supervise: (line) => process.stdout.write(`${line}\n`),
  });
  try {
    process.stdout.write(describe(cluster, options.instances));
    if (!signal.aborted) await once(signal, 'abort');
    process.stdout.write('\nStopping.\n');
  } finally {
    await cluster.stop();
  }
  return 0;
});

function describe(cluster: LocalCluster, instances: number): string {
  const { url, admin, demoPassword, strategies, skipped, description, adminTokenFile } = cluster;
  const login = `{"username":"${SEED.userPrefix}1","password":"${demoPassword}"}`;
  const adminToken = adminTokenFile === undefined ? '$ADMIN_TOKEN' : `$(cat ${quote(adminTokenFile)})`;
  return `
balancer   ${url} → ${instances} instances, strategies ${strategies.map((name) => `/${name}`).join(' ')}
admin      curl -H "authorization: Bearer ${adminToken}" ${admin.url}${ADMIN.snapshot}
state      ${description.redis ?? 'no Redis'}; ${description.postgres}
users      ${SEED.userPrefix}1 … ${SEED.userPrefix}${SEED.userCount} and ${SEED.adminName}, password ${demoPassword}
${skipped.map(({ strategy, reason }) => `skipped    ${strategy}: ${reason}\n`).join('')}
Try it:
  curl -sic cookies -H 'content-type: application/json' -d '${login}' ${url}/memory/login
  curl -sib cookies ${url}/memory/me      # repeat: only one instance in ${instances} knows you

Ctrl-C ends every process that was started.
`;
}

function port(text: string): number {
  return wholeNumber(text, 0, 65_535);
}
