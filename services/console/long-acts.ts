import type { Console } from './console.js';
import { CannotNow } from './errors.js';
import { actOnPart } from './part-acts.js';

const DRAINED_MS = 10_000;
const UP_MS = 40_000;
/** Where nobody can restart a container, its engine starts a killed one. */
const REPLACING = ['restart', 'kill'] as const;

/** One instance after the other: no new clients, what is under way finishes, then a new process at the same place. @throws CannotNow */
export async function deployRolling(console: Console): Promise<void> {
  const { cluster } = console;
  await cluster.refresh();
  const instances = cluster.parts.filter(({ kind, state }) => kind === 'instance' && state === 'up');
  for (const { name } of instances) {
    const { id = '' } = cluster.upstreamOf(name) ?? {};
    const inFlight = () => cluster.reading.instances.find(({ upstream }) => upstream.id === id)?.upstream.inFlight;
    await actOnPart(console, name, 'drain');
    await cluster.until(() => inFlight() === 0, DRAINED_MS, `${name} does not come to rest.`);
    const acts = cluster.parts.find((part) => part.name === name)?.acts;
    const act = REPLACING.find((one) => acts?.includes(one));
    if (act === undefined) throw new CannotNow(`${name} cannot be replaced now.`);
    await actOnPart(console, name, act);
    await cluster.until(() => isBack(console, id, instances.length), UP_MS, `${name} does not come back.`);
  }
}

/** The balancer, asked to resume, believes that it serves. A container may come back at another address: then as many are up as were. */
function isBack({ cluster, admin }: Console, upstreamId: string, count: number): boolean {
  const { instances } = cluster.reading;
  const told = instances.find(({ upstream }) => upstream.id === upstreamId);
  if (told?.upstream.state === 'draining' && told.stats !== null)
    void admin.change(upstreamId, 'resume').catch(() => {});
  return instances.filter(({ upstream, stats }) => upstream.state === 'up' && stats !== null).length >= count;
}

/** @throws CannotNow */
export async function resetAll(console: Console): Promise<void> {
  const { agents, cluster, admin, control } = console;
  agents.forget();
  console.setPace(0);
  await cluster.refresh();
  for (const { upstream } of cluster.reading.instances) {
    if (upstream.state === 'draining') await admin.change(upstream.id, 'resume');
  }
  await admin.resetRoutes();
  if (control.cannotAct === null) await control.order({ do: 'restore' });
  const isWell = () =>
    cluster.parts.every(({ state }) => state === 'up') &&
    cluster.reading.instances.every(({ backends }) => backends.redis !== 'down');
  await cluster.until(isWell, UP_MS, 'Not all parts are up again.');
}
