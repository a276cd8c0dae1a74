import { BenchError } from '../errors.js';
import type { PartName } from './cluster.js';
import { Part, type PartSpec } from './part.js';
import type { Reaper } from './reaper.js';

/** The processes of one cluster: those that stay, by name, and those that prepare something and end. */
export class LocalProcesses {
  readonly #parts = new Map<PartName, Part>();
  readonly #passing = new Set<Part>();
  readonly #reaper: Reaper;
  #isClosed = false;

  constructor(reaper: Reaper) {
    this.#reaper = reaper;
  }

  get names(): readonly PartName[] {
    return [...this.#parts.keys()];
  }

  get all(): readonly Part[] {
    return [...this.#parts.values()];
  }

  find(name: PartName): Part | undefined {
    return this.#parts.get(name);
  }

  /** @throws BenchError CLUSTER_FAILED naming those that there are. */
  get(name: PartName): Part {
    const part = this.find(name);
    if (part) return part;
    throw new BenchError('CLUSTER_FAILED', `There is no part "${name}": ${this.names.join(', ')}.`);
  }

  async start(spec: PartSpec): Promise<Part> {
    const part = new Part(spec, this.#reaper);
    this.#parts.set(spec.name, part);
    await this.#launch(part);
    return part;
  }

  /** In place of the same part as it was, or after it. */
  async startAgain(name: PartName): Promise<void> {
    const part = this.get(name);
    await part.stop();
    await this.#launch(part);
  }

  /** Runs a process to its end. */
  async run(spec: PartSpec): Promise<void> {
    const part = new Part(spec, this.#reaper);
    this.#passing.add(part);
    await this.#launch(part).finally(() => this.#passing.delete(part));
  }

  async remove(name: PartName): Promise<void> {
    await this.get(name).stop();
    this.#parts.delete(name);
  }

  /** Ends all that runs, without notice where there is no time for it. From now on nothing starts. */
  async close(how: 'stop' | 'kill'): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#parts.values(), ...this.#passing].map((part) => part[how]()));
  }

  async #launch(part: Part): Promise<void> {
    if (this.#isClosed) throw new BenchError('CLUSTER_FAILED', 'The cluster is being stopped.');
    await part.start();
  }
}
