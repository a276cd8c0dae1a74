import type { UpstreamSnapshot } from '../../balancer/contract.js';
import type { ControlledPart, ControlState } from '../contract.js';
import type { Agent } from './agents/agent.js';
import type { InstanceReading, Reading } from './cluster/reading.js';
import type { PartAct, PartView } from './contract.js';

/** Names of instances by the id that the balancer calls them by. An instance tells its own; one that never could, who started it. */
export class InstanceNames {
  readonly #byId = new Map<string, string>();

  learn({ instances }: Reading, { parts }: ControlState): void {
    for (const { upstream, stats } of instances) {
      const name = stats?.instance ?? parts.find(({ url }) => url === upstream.url)?.name;
      if (name !== undefined) this.#byId.set(upstream.id, name);
    }
  }

  of(upstreamId: string): string {
    return this.#byId.get(upstreamId) ?? upstreamId;
  }
}

interface Known {
  readonly reading: Reading;
  readonly control: ControlState;
  readonly names: InstanceNames;
  readonly agents: readonly Agent[];
  /** Whether there is a Redis, up or not. */
  readonly hasStore: boolean;
}

/** All parts as they stand: by those who run them, by the balancer, and by what they tell themselves. */
export function viewParts(known: Known): PartView[] {
  const { reading, control, names, hasStore } = known;
  const controlled = (name: string) => control.parts.find((part) => part.name === name);
  const told = new Map(reading.instances.map((one) => [names.of(one.upstream.id), one]));
  const instances = [...new Set([...told.keys(), ...control.parts.flatMap(({ name, url }) => (url ? [name] : []))])]
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => viewInstance(name, told.get(name), controlled(name)));
  const tier = (kind: 'balancer' | 'redis' | 'database', isUp: boolean): PartView => {
    const { state = 'up', acts = [] } = controlled(kind) ?? {};
    return { name: kind, kind, state: state === 'up' && !isUp ? 'down' : state, sessions: {}, holds: [], acts };
  };
  const isDatabaseUp = reading.instances.every(({ backends }) => backends.database !== 'down');
  const all = [
    ...instances,
    tier('balancer', reading.balancer !== null),
    ...(hasStore ? [tier('redis', reading.store !== null)] : []),
    tier('database', isDatabaseUp),
  ];
  return all.map((part) => ({ ...part, holds: holdsOf(part, known.agents) }));
}

function viewInstance(name: string, told: InstanceReading | undefined, part: ControlledPart | undefined): PartView {
  const state = part && part.state !== 'up' ? part.state : (told?.upstream.state ?? 'starting');
  const routing = told && state !== 'down' && state !== 'frozen' ? routingActs(told.upstream) : [];
  return {
    name,
    kind: 'instance',
    state,
    sessions: countSessions(told),
    holds: [],
    acts: [...(part?.acts ?? []), ...routing],
  };
}

function routingActs({ state }: UpstreamSnapshot): PartAct[] {
  if (state === 'draining') return ['resume'];
  return state === 'up' || state === 'ejected' ? ['drain'] : [];
}

function countSessions(told: InstanceReading | undefined): PartView['sessions'] {
  const counts = Object.entries(told?.stats?.strategies ?? {});
  return Object.fromEntries(counts.flatMap(([name, { sessions }]) => (sessions === null ? [] : [[name, sessions]])));
}

function holdsOf({ name, state }: PartView, agents: readonly Agent[]): PartView['holds'] {
  if (state === 'down') return [];
  const held = agents.filter((agent) => agent.holder === name && agent.isHeld && !agent.identity.isThief);
  return held.map(({ identity }) => ({ agent: identity.id, strategy: identity.strategy }));
}
