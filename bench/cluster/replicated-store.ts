import { setTimeout } from 'node:timers/promises';
import { BenchError } from '../errors.js';
import type { Random } from '../stats/prng.js';
import { uniformInt } from '../stats/prng.js';
import { askNode, type NodeState, nodesOf } from './redis-nodes.js';

const POLL_EVERY_MS = 200;
/** A write that no replica has confirmed by then will not say how long it takes. */
const CONFIRM_WITHIN_MS = 500;
/** Names to try until one belongs to the node that is asked: where keys are shared out, it has a part of them. */
const MOST_NAMES = 100;

/** A store of several servers beside a cluster: where one that is written to dies, another takes its place. */
export interface ReplicatedStore {
  /** Environment variables that lead an instance to it. */
  readonly settings: Readonly<Record<string, string>>;
  /** One of the servers that are written to. */
  chooseMaster(random: Random): Promise<Master>;
  /** Waits until as many servers as at first are there, each of those that are written to with a replica. */
  untilWhole(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

export interface Master {
  /** Of all keys. */
  readonly keyShare: number;
  /** From writing to it until a replica has confirmed, in ms. */
  confirm(): Promise<number>;
  /** Ends it without notice (SIGKILL). */
  kill(): void;
  /** Whether another one has taken its place, and not itself with nothing in it. */
  isReplaced(): Promise<boolean>;
}

/** Of processes on this machine. */
export class LocalReplicatedStore implements ReplicatedStore {
  readonly settings: ReplicatedStore['settings'];
  readonly #url: string;
  readonly #end: () => Promise<void>;
  #servers = 0;

  constructor(url: string, end: () => Promise<void>) {
    this.#url = url;
    this.settings = { REDIS_URL: url };
    this.#end = end;
  }

  async chooseMaster(random: Random): Promise<Master> {
    const nodes = await nodesOf(this.#url);
    this.#servers = Math.max(this.#servers, nodes.length);
    const masters = mastersOf(nodes);
    const chosen = masters[uniformInt(random, Math.max(1, masters.length))];
    if (!chosen) throw new BenchError('CLUSTER_FAILED', 'The replicated store has no master.');
    const keys = masters.reduce((sum, master) => sum + master.keys, 0);
    const { address, pid } = chosen;
    return {
      keyShare: keys === 0 ? 1 : chosen.keys / keys,
      confirm: () => confirmedAfter(address),
      kill: () => void process.kill(pid, 'SIGKILL'),
      isReplaced: async () => {
        const now = mastersOf(await nodesOf(this.#url));
        return now.length === masters.length && now.every((master) => master.address !== address);
      },
    };
  }

  async untilWhole(signal: AbortSignal): Promise<void> {
    while (!isWhole(await nodesOf(this.#url), this.#servers)) await setTimeout(POLL_EVERY_MS, undefined, { signal });
  }

  stop(): Promise<void> {
    return this.#end();
  }
}

/** In the order of their addresses. */
function mastersOf(nodes: readonly NodeState[]): NodeState[] {
  return nodes.filter(({ role }) => role === 'master').sort((a, b) => a.address.localeCompare(b.address));
}

function isWhole(nodes: readonly NodeState[], servers: number): boolean {
  return (
    nodes.length >= servers &&
    nodes.every(({ role, isAttached }) => role === 'master' || isAttached) &&
    nodes.every(({ role, replicas }) => role !== 'master' || replicas.length > 0)
  );
}

function confirmedAfter(address: string): Promise<number> {
  return askNode(address, async (client) => {
    for (let name = 0; name < MOST_NAMES; name++) {
      const startedAt = performance.now();
      const written = client.set(`confirm:${name}`, '', 'PX', CONFIRM_WITHIN_MS);
      const confirmed = client.wait(1, CONFIRM_WITHIN_MS);
      const [write, wait] = await Promise.allSettled([written, confirmed]);
      // The key of another node.
      if (write.status === 'rejected') continue;
      if (wait.status === 'fulfilled' && wait.value > 0) return performance.now() - startedAt;
    }
    throw new BenchError('CLUSTER_FAILED', `No replica of ${address} confirms what is written to it.`);
  });
}
