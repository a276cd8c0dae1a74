/** Users whom the balancer ties to instances, before and after the number of instances changes: who is served by another one then. */
import { HEADERS, ROUTES } from '../../services/contract.js';
import { pathRoutedBy } from '../cluster/bench-routing.js';
import { removeUpstream, servingOf, takeSnapshot } from '../cluster/serving.js';
import { workBetween } from '../cluster/tiers.js';
import type { Check, Factors, VisitsRound, VisitsSettings } from '../contract.js';
import { CookieJar } from '../load/cookie-jar.js';
import { eachOnce } from '../load/users.js';
import { UNANSWERED } from '../metrics/visits.js';
import { type Random, uniformInt } from '../stats/prng.js';
import type { ProtocolContext } from './protocol.js';
import { beginRound } from './round-head.js';

type Cluster = ProtocolContext['cluster'];
type Undo = () => Promise<void>;

/** By the factor `event`, where `instances` serve. What `serveWith` does not undo comes with its undoing. */
const RESIZINGS: Readonly<Record<string, (cluster: Cluster, instances: number) => Promise<Undo | undefined>>> = {
  'one added': (cluster, instances) => cluster.serveWith(instances + 1).then(() => undefined),
  'one drained': (cluster, instances) => cluster.serveWith(instances - 1).then(() => undefined),
  async 'one removed'(cluster) {
    const last = servingOf(await takeSnapshot(cluster.admin)).at(-1);
    return last && removeUpstream(cluster.admin, last);
  },
};

/** Each user views a page, the number of instances changes, and each views it again. Nobody has to sign in for that. */
export async function measureResizing(
  key: string,
  { users }: VisitsSettings,
  factors: Factors,
  sweep: number,
  context: ProtocolContext,
): Promise<VisitsRound> {
  const { cluster, signal } = context;
  const instances = Number(factors.instances);
  await cluster.serveWith(instances);
  const random = context.random(`${sweep} ${JSON.stringify(factors)}`);
  const finish = beginRound(key, factors, sweep);
  const passers = passersOf(users, String(factors.affinity), random);
  const view = async (views: Map<Passer, View>) =>
    eachOnce(passers, random, signal, async (passer) => void views.set(passer, await passer.view(context)));
  const [first, second] = [new Map<Passer, View>(), new Map<Passer, View>()];
  await view(first);
  const undo = await RESIZINGS[String(factors.event)]?.(cluster, instances);
  try {
    const before = await cluster.readTiers();
    await view(second);
    const work = workBetween(before, await cluster.readTiers());
    const of = (count: (passer: Passer) => boolean) => passers.map((passer) => Number(count(passer)));
    const views = passers.flatMap((passer) => second.get(passer) ?? []);
    return {
      protocol: 'visits',
      ...finish(checksOf([...first.values()], views, instances)),
      users: {
        requests: of(() => true),
        recognised: of((passer) => second.get(passer)?.status === 200),
        logins: of(() => false),
        moved: of((passer) => second.get(passer)?.instance !== first.get(passer)?.instance),
      },
      byInstance: countBy(views, ({ instance }) => instance ?? UNANSWERED),
      statuses: countBy(views, ({ status }) => `${status}`),
      work,
    };
  } finally {
    await undo?.();
  }
}

interface View {
  readonly status: number;
  readonly instance: string | null;
}

/** Somebody with an address and a browser. */
class Passer {
  readonly #jar = new CookieJar();

  constructor(
    private readonly address: string,
    private readonly path: string,
  ) {}

  async view({ pool, cluster }: ProtocolContext): Promise<View> {
    const cookie = this.#jar.headerFor(this.path);
    const { statusCode, headers, body } = await pool.request({
      origin: cluster.url,
      method: 'GET',
      path: this.path,
      headers: { 'x-forwarded-for': this.address, ...(cookie !== '' && { cookie }) },
    });
    await body.dump();
    this.#jar.store([headers['set-cookie'] ?? []].flat(), this.path, new Date());
    return { status: statusCode, instance: headers[HEADERS.instance]?.toString() ?? null };
  }
}

const BYTE = 256;

/** No two have the same address. Other addresses in each round: with the same ones each would repeat the one before. */
function passersOf(count: number, affinity: string, random: Random): Passer[] {
  const numbers = new Set<number>();
  while (numbers.size < count) numbers.add(uniformInt(random, BYTE ** 3));
  return [...numbers].map((number) => {
    const bytes = [number / BYTE ** 2, number / BYTE, number].map((part) => Math.floor(part) % BYTE);
    return new Passer(`10.${bytes.join('.')}`, `${pathRoutedBy(affinity)}${ROUTES.me}`);
  });
}

function countBy(views: readonly View[], keyOf: (view: View) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const view of views) counts[keyOf(view)] = (counts[keyOf(view)] ?? 0) + 1;
  return counts;
}

function checksOf(first: readonly View[], second: readonly View[], instances: number): Check[] {
  const answered = [...first, ...second].filter(({ status }) => status === 200).length;
  const before = new Set(first.map(({ instance }) => instance)).size;
  return [
    {
      name: 'everyone was answered',
      ok: answered === first.length + second.length,
      detail: `${answered} of ${first.length + second.length} requests`,
    },
    {
      // A balancer that does not believe the addresses that it is told takes all users for one.
      name: 'users are told apart',
      ok: before === instances,
      detail: `they were served by ${before} of ${instances} instances before`,
    },
  ];
}
