import { once } from 'node:events';
import { Command, Option } from 'commander';
import { ADMIN } from '../balancer/contract.js';
import { type LocalCluster, startLocalCluster } from '../bench/cluster/local.js';
import { isPortFree } from '../bench/cluster/ports.js';
import { quote } from '../bench/command-line.js';
import { readEnvironment } from '../bench/config.js';
import { BenchError } from '../bench/errors.js';
import { MAX_INSTANCES, parse, wholeNumber } from '../bench/options.js';
import { countOf } from '../bench/words/text.js';
import { DEFAULT_STRATEGIES, SEED, SERVED_STRATEGIES, type StrategyName } from '../services/contract.js';
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
    .addOption(new Option('--admin-port <port>', "its admin listener's port").argParser(port).default(8081))
    .addOption(new Option('--console-port <port>', "the console's port").argParser(port).default(8090));
  const options = parse<Ports & { readonly instances: number }>(command, args);
  if (!options) return 0;
  await requirePorts(options);
  process.stdout.write(`Starting ${countOf(options.instances, 'instance')}, a balancer and the stores …\n`);
  const cluster = await startLocalCluster({
    strategies: SERVED_STRATEGIES,
    instances: options.instances,
    environment: readEnvironment(),
    balancerPort: options.port,
    adminPort: options.adminPort,
    consolePort: options.consolePort,
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

interface Ports {
  readonly port: number;
  readonly adminPort: number;
  readonly consolePort: number;
}

/** @throws BenchError BAD_OPTION before anything is started. */
async function requirePorts({ port, adminPort, consolePort }: Ports): Promise<void> {
  const wanted = [
    { option: '--port', value: port },
    { option: '--admin-port', value: adminPort },
    { option: '--console-port', value: consolePort },
  ].filter(({ value }) => value !== 0);
  for (const [index, { option, value }] of wanted.entries()) {
    const same = wanted.slice(0, index).find((other) => other.value === value);
    if (same) throw new BenchError('BAD_OPTION', `${same.option} and ${option} are both ${value}: they must differ.`);
  }
  for (const { value } of wanted) {
    if (await isPortFree(value)) continue;
    const advice = 'Choose another with npm start -- --port N --admin-port M --console-port K.';
    throw new BenchError('BAD_OPTION', `Port ${value} is in use. Is another cluster running? ${advice}`);
  }
}

function describe(cluster: LocalCluster, instances: number): string {
  const { url, admin, demoPassword, strategies, skipped, description, adminTokenFile } = cluster;
  const login = `{"username":"${SEED.userPrefix}1","password":"${demoPassword}"}`;
  const adminToken = adminTokenFile === undefined ? '$ADMIN_TOKEN' : `$(cat ${quote(adminTokenFile)})`;
  const whose = adminTokenFile === undefined ? '           # with ADMIN_TOKEN as you gave it\n' : '';
  const shared = strategies.includes('redis') ? '/sticky or /redis' : '/sticky';
  return `
Watch it, and break it: ${cluster.consoleLink}

balancer   ${url} → ${countOf(instances, 'instance')}
strategies ${pathsOf(strategies.filter((name) => DEFAULT_STRATEGIES.includes(name)))}
           ${pathsOf(strategies.filter((name) => !DEFAULT_STRATEGIES.includes(name)))}
admin      curl -H "authorization: Bearer ${adminToken}" ${admin.url}${ADMIN.snapshot}
${whose}state      ${description.redis ?? 'no Redis'}; ${description.postgres}
users      ${SEED.userPrefix}1 … ${SEED.userPrefix}${SEED.userCount} and ${SEED.adminName}, password ${demoPassword}
${skipped.map(({ strategy, reason }) => `skipped    ${strategy}: ${reason}\n`).join('')}
Try it:
  curl -sic cookies -H 'content-type: application/json' \\
    -d '${login}' \\
    ${url}/memory/login
  curl -sib cookies ${url}/memory/me
  # Repeat the second: ${instances === 1 ? 'the only instance knows you.' : `only one instance in ${instances} knows you.`}
  # With ${shared} in place of /memory it is always 200.
  # /jwt: the token is in the reply's body, for -H 'authorization: Bearer TOKEN'.

Ctrl-C ends every process that was started.
`;
}

function pathsOf(strategies: readonly StrategyName[]): string {
  return strategies.map((name) => `/${name}`).join(' ');
}

function port(text: string): number {
  return wholeNumber(text, 0, 65_535);
}
