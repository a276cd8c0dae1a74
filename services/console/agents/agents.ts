import { SEED, type StrategyName } from '../../contract.js';
import type { AgentView, RequestView } from '../contract.js';
import { CannotNow } from '../errors.js';
import { Agent, type Wire } from './agent.js';

/** Nothing ends them once they have begun. */
const MAX_CLICKS = 2000;

export interface AgentsOptions {
  readonly wire: Wire;
  readonly password: string;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Is called whenever a view may have changed. */
  readonly changed: () => void;
}

/** All users that the console plays, by id. */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #agents = new Map<string, Agent>();

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  get all(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  get views(): readonly AgentView[] {
    return this.all.map(({ view }) => view);
  }

  /** One after the other, so that a balancer in turn spreads them evenly. @throws CannotNow */
  async signIn(strategy: StrategyName, count: number): Promise<RequestView[]> {
    const views: RequestView[] = [];
    for (let number = 1; number <= count; number++) {
      const agent = this.#agentFor(`${SEED.userPrefix}${number}`, strategy);
      views.push(await agent.signIn(this.#options.password).finally(this.#options.changed));
    }
    return views;
  }

  /**
   * One agent after the other, in an order of chance: with as many agents as instances, all in turn, each would come to the same
   * instance every time.
   * @throws CannotNow
   */
  async click(ids: readonly string[] | undefined, times: number): Promise<RequestView[]> {
    const agents = ids?.map((id) => this.#find(id)) ?? this.#shuffle(this.all.filter(({ isSignedIn }) => isSignedIn));
    if (agents.length * times > MAX_CLICKS) throw new CannotNow(`At most ${MAX_CLICKS} clicks are sent at a time.`);
    const views: Promise<RequestView>[] = [];
    for (const agent of agents) {
      for (let click = 0; click < times; click++) views.push((await this.visit(agent)).view);
    }
    return Promise.all(views);
  }

  visit(agent: Agent): ReturnType<Agent['visit']> {
    return agent.visit().finally(this.#options.changed);
  }

  /** @throws CannotNow */
  async signOut(id: string): Promise<RequestView> {
    const agent = this.#find(id);
    if (!agent.isSignedIn) throw new CannotNow(`${id} is not signed in.`);
    return agent.signOut().finally(this.#options.changed);
  }

  /** @throws CannotNow */
  steal(id: string): void {
    const victim = this.#find(id);
    if (!victim.isSignedIn) throw new CannotNow(`${id} has nothing to be stolen.`);
    if (victim.identity.isThief) throw new CannotNow(`${id} is a thief.`);
    const known = this.#agents.get(`${id}-thief`);
    const thief = victim.thief(known?.identity.index ?? this.#freeIndex());
    this.#agents.set(thief.identity.id, thief);
    this.#options.changed();
  }

  forget(): void {
    this.#agents.clear();
    this.#options.changed();
  }

  /** What a part kept is gone; files on its disk are not. */
  loseSessionsAt(part: string): void {
    for (const agent of this.all) {
      if (agent.holder === part && agent.identity.strategy !== 'file') agent.isHeld = false;
    }
    this.#options.changed();
  }

  #agentFor(username: string, strategy: StrategyName): Agent {
    const id = `${username}-${strategy}`;
    const known = this.#agents.get(id);
    if (known) return known;
    const agent = new Agent({ id, index: this.#freeIndex(), username, strategy, isThief: false }, this.#options.wire);
    this.#agents.set(id, agent);
    return agent;
  }

  #find(id: string): Agent {
    const agent = this.#agents.get(id);
    if (agent) return agent;
    throw new CannotNow(`There is no ${id}.`);
  }

  #freeIndex(): number {
    const taken = new Set(this.all.map(({ identity }) => identity.index));
    let index = 0;
    while (taken.has(index)) index += 1;
    return index;
  }

  /** Fisher and Yates's. */
  #shuffle(agents: Agent[]): Agent[] {
    for (let last = agents.length - 1; last > 0; last--) {
      const other = Math.floor(this.#options.random() * (last + 1));
      [agents[last], agents[other]] = [agents[other] as Agent, agents[last] as Agent];
    }
    return agents;
  }
}
