/** Which servers a Redis of several has, found by asking each for those that it knows (`ROLE`), from the addresses of a URL on. */
import { Redis } from 'ioredis';
import { redisKeys, redisPid } from './redis-info.js';

const PATIENCE_MS = 1_000;

/** One that holds data. */
export interface NodeState {
  readonly address: string;
  readonly pid: number;
  readonly role: 'master' | 'slave';
  /** Addresses of those that replicate from it. */
  readonly replicas: readonly string[];
  /** Whether it is up to date with its master. */
  readonly isAttached: boolean;
  readonly keys: number;
}

type Reply = readonly [role: string, ...rest: unknown[]];

interface Answer {
  readonly state?: NodeState;
  readonly knows: readonly string[];
}

/** By the role that a server says it has: the addresses that its answer leads to. */
const ROLES: Readonly<Record<string, (client: Redis, address: string, reply: Reply) => Promise<Answer>>> = {
  async master(client, address, [, , replicas]) {
    const knows = (replicas as [string, string][]).map(([host, port]) => `${host}:${port}`);
    return {
      knows,
      state: { ...(await describe(client, address)), role: 'master', replicas: knows, isAttached: true },
    };
  },
  async slave(client, address, [, host, port, state]) {
    const own = { role: 'slave', replicas: [], isAttached: state === 'connected' } as const;
    return { knows: [`${host}:${port}`], state: { ...(await describe(client, address)), ...own } };
  },
  async sentinel(client, _, [, names]) {
    const found = (names as string[]).map(async (name) => {
      const [host, port] = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as [string, string];
      return `${host}:${port}`;
    });
    return { knows: await Promise.all(found) };
  },
};

/** Those that answer now. */
export async function nodesOf(url: string): Promise<NodeState[]> {
  const [, hosts = ''] = /^\w+:\/\/(?:[^@/]*@)?([^/]+)/.exec(url) ?? [];
  const asked = new Map<string, NodeState | undefined>();
  let next = hosts.split(',');
  while (next.length > 0) {
    const answers = await Promise.all(
      next.map((address) => {
        asked.set(address, undefined);
        return askNode(address, (client) => answerOf(client, address)).catch((): Answer => ({ knows: [] }));
      }),
    );
    for (const { state } of answers) if (state) asked.set(state.address, state);
    next = [...new Set(answers.flatMap(({ knows }) => knows))].filter((address) => !asked.has(address));
  }
  return [...asked.values()].flatMap((state) => state ?? []);
}

async function answerOf(client: Redis, address: string): Promise<Answer> {
  const reply = (await client.call('ROLE')) as unknown as Reply;
  return ROLES[reply[0]]?.(client, address, reply) ?? { knows: [] };
}

async function describe(client: Redis, address: string): Promise<Pick<NodeState, 'address' | 'pid' | 'keys'>> {
  const [server, keyspace] = [await client.info('server'), await client.info('keyspace')];
  return { address, pid: redisPid(server), keys: redisKeys(keyspace) };
}

/** Asks one server, over a connection of its own. */
export async function askNode<T>(address: string, ask: (client: Redis) => Promise<T>): Promise<T> {
  const [host = '', port] = address.split(':');
  const client = new Redis({
    host,
    port: Number(port),
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    retryStrategy: () => null,
  });
  // Every command reports its own failure.
  client.on('error', () => {});
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}
