import type { Agents } from './agents.js';

/** A cluster that stands still must not be sent ever more. */
const MAX_UNDER_WAY = 32;

/** Has agents that are signed in send so many requests a second together, while somebody watches. */
export class Pacer {
  readonly #agents: Agents;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #isWatched = false;
  #underWay = 0;
  requestsPerSecond = 0;

  /** @param random uniform in [0, 1) */
  constructor(agents: Agents, random: () => number) {
    this.#agents = agents;
    this.#random = random;
  }

  /** 0 is a pause. */
  set(requestsPerSecond: number): void {
    this.requestsPerSecond = requestsPerSecond;
    this.#begin();
  }

  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#begin();
  }

  #begin(): void {
    clearInterval(this.#timer);
    if (this.#isWatched && this.requestsPerSecond > 0)
      this.#timer = setInterval(() => this.#send(), 1000 / this.requestsPerSecond);
  }

  /** By chance: in turn, agents and instances would keep the same pairs. */
  #send(): void {
    const agents = this.#agents.all.filter(({ isSignedIn }) => isSignedIn);
    const agent = agents[Math.floor(this.#random() * agents.length)];
    if (agent === undefined || this.#underWay >= MAX_UNDER_WAY) return;
    this.#underWay += 1;
    void this.#agents.visit(agent).finally(() => {
      this.#underWay -= 1;
    });
  }
}
