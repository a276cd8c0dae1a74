import { lookup } from 'node:dns/promises';
import type { ListeningMessage } from '../services/contract.js';
import { startBalancer } from './balancer.js';
import { readConfig } from './config.js';
import { BalancerError } from './errors.js';

/** The balancer's process: starts, tells its parent where it listens, and ends with it. */
async function main(): Promise<void> {
  const balancer = await startBalancer(readConfig(process.env), {
    random: Math.random,
    resolve: resolveName,
    accessLog: process.stdout,
  });
  await balancer.acceptMany();
  let closing = false;
  const shutDown = async () => {
    if (closing) return;
    closing = true;
    await balancer.close();
    process.exit(0);
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
  process.on('disconnect', shutDown);
  const message: ListeningMessage = { listening: { url: balancer.url, opsUrl: balancer.adminUrl } };
  if (process.send) process.send(message);
  else process.stdout.write(`balancer on ${balancer.url}, admin on ${balancer.adminUrl}\n`);
}

async function resolveName(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof BalancerError ? error.message : (error as Error).stack}\n`);
  process.exit(error instanceof BalancerError ? 2 : 1);
});
