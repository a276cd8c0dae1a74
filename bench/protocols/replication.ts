import { setTimeout } from 'node:timers/promises';
import pMap from 'p-map';
import { request } from 'undici';
import { type InstanceStats, OPS, ROUTES, type StrategyName } from '../../services/contract.js';
import type { Aside } from '../cluster/cluster.js';
import { fetchJson } from '../cluster/http.js';
import { findFreePorts } from '../cluster/ports.js';
import type { Check, Factors, ReplicationRound } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { mintSessions } from './minted-sessions.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { sweepsOf } from './sweeps.js';

const POLL_EVERY_MS = 5;
/** A session that some instance does not know after so long is lost on the way. */
const LONGEST_MS = 2_000;
const CONCURRENCY = 16;
/** Of logins that come at full pace, one in so many is asked for at every instance as soon as its reply is there. */
const ASKED_EVERY = 5;
const START_SECONDS = 1.5;

type Credential = Readonly<Record<string, string>>;

/** Sessions that begin at instances which tell each other of them: what that takes, and when all of them know. */
export const replication: Protocol<'replication'> = {
  // Messages are counted: rounds hardly differ.
  leastSweeps: 3,
  requires: () => ['instances with settings of their own', 'a way past the balancer'],
  seconds: ({ logins, loginsRps }, cells) => ({
    setup: START_SECONDS * cells.reduce((sum, { instances }) => sum + Number(instances), 0),
    sweep: cells.length * ((2 * logins) / loginsRps + 1),
  }),
  async *measure(task, context) {
    const meshes = new Map<string, readonly Aside[]>();
    try {
      for (const factors of task.cells) meshes.set(keyOf(factors), await startMesh(factors, context));
      yield* sweepsOf(task.cells, context, (factors, sweep) => {
        context.say(`${factors.instances} instances`);
        return measureRound(task, { factors, sweep, mesh: meshes.get(keyOf(factors)) ?? [] }, context);
      });
    } finally {
      await Promise.all([...meshes.values()].flat().map((aside) => aside.stop()));
    }
  },
};

/** So many instances that know each other and no other. */
async function startMesh({ strategy, instances }: Factors, { cluster, say }: ProtocolContext): Promise<Aside[]> {
  say(`starting ${instances} instances`);
  const ports = await findFreePorts(Number(instances));
  const settings = { STRATEGIES: String(strategy), PEERS: ports.map((port) => `127.0.0.1:${port}`).join(',') };
  const mesh: Aside[] = [];
  try {
    for (const port of ports) mesh.push(await cluster.startAside('instance', { ...settings, PEER_PORT: `${port}` }));
    return mesh;
  } catch (error) {
    await Promise.all(mesh.map((aside) => aside.stop()));
    throw error;
  }
}

interface Place {
  readonly factors: Factors;
  readonly sweep: number;
  readonly mesh: readonly Aside[];
}

async function measureRound(
  { key, settings: { logins, loginsRps } }: Task<'replication'>,
  { factors, sweep, mesh }: Place,
  { cluster: { benchToken }, signal }: ProtocolContext,
): Promise<ReplicationRound> {
  const strategy = factors.strategy as StrategyName;
  const begin = async (at: number): Promise<Credential> => {
    const url = mesh[at % mesh.length]?.url ?? '';
    const [credential = {}] = await mintSessions({ url, benchToken, strategy }, 1, { keep: 1 });
    return credential;
  };
  const isKnownAt = async ({ url }: Aside, headers: Credential) => {
    signal.throwIfAborted();
    const { statusCode, body } = await request(`${url}/${strategy}${ROUTES.me}`, { headers });
    await body.dump();
    return statusCode === 200;
  };
  const isKnownEverywhere = async (headers: Credential) =>
    (await Promise.all(mesh.map((aside) => isKnownAt(aside, headers)))).every(Boolean);

  await untilKnown(() => begin(0).then(isKnownEverywhere));
  const finish = beginRound(key, factors, sweep);
  const before = await readMesh(mesh, strategy);
  const first = await paced(logins, loginsRps, begin);
  const after = await readMesh(mesh, strategy);
  // Asking adds to what instances spend, so that it has logins of its own, and asks for some of them.
  const later = await paced(logins, loginsRps, async (at) => {
    const credential = await begin(at);
    if (at % ASKED_EVERY > 0) return { credential };
    const repliedAt = performance.now();
    const isStale = !(await isKnownEverywhere(credential));
    if (isStale) await untilKnown(() => isKnownEverywhere(credential));
    return { credential, staleMs: isStale ? performance.now() - repliedAt : 0 };
  });
  const all = [...first, ...later.map(({ credential }) => credential)];
  const known = await pMap(all, isKnownEverywhere, { concurrency: CONCURRENCY });
  const staleMs = later.flatMap((one) => one.staleMs ?? []);
  return {
    protocol: 'replication',
    ...finish([checkKnown(all.length, known.filter((isKnown) => !isKnown).length)]),
    logins,
    messages: after.messages - before.messages,
    bytes: after.bytes - before.bytes,
    cpuMicros: after.cpuMicros - before.cpuMicros,
    asked: staleMs.length,
    stale: staleMs.filter((ms) => ms > 0).length,
    longestStaleMs: Math.max(...staleMs),
  };
}

/** What all of them have sent and spent so far. */
async function readMesh(mesh: readonly Aside[], strategy: StrategyName) {
  const readings = await Promise.all(
    mesh.map(async (aside) => {
      const { strategies } = await fetchJson<InstanceStats>(`${aside.opsUrl}${OPS.stats}`);
      const { messages = 0, bytes = 0 } = strategies[strategy]?.sent ?? {};
      return { messages, bytes, cpuMicros: await aside.readCpuMicros() };
    }),
  );
  const sum = (of: 'messages' | 'bytes' | 'cpuMicros') => readings.reduce((total, reading) => total + reading[of], 0);
  return { messages: sum('messages'), bytes: sum('bytes'), cpuMicros: sum('cpuMicros') };
}

/** So many acts, each begun when it is due, whether or not those before it have ended. */
async function paced<T>(count: number, rateRps: number, act: (at: number) => Promise<T>): Promise<T[]> {
  const startedAt = performance.now();
  const acts: Promise<T>[] = [];
  for (let at = 0; at < count; at++) {
    const waitMs = startedAt + (at * 1000) / rateRps - performance.now();
    if (waitMs > 0) await setTimeout(waitMs);
    acts.push(act(at));
  }
  return Promise.all(acts);
}

async function untilKnown(isKnown: () => Promise<boolean>): Promise<boolean> {
  const startedAt = performance.now();
  for (;;) {
    if (await isKnown()) return true;
    if (performance.now() - startedAt > LONGEST_MS) return false;
    await setTimeout(POLL_EVERY_MS);
  }
}

function checkKnown(begun: number, unknown: number): Check {
  return {
    name: 'every instance knows every session',
    ok: unknown === 0,
    detail: `${unknown} of ${begun} are not known everywhere after ${LONGEST_MS / 1000} s`,
  };
}
