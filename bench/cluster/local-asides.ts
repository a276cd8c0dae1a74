import type { RedisTopology } from '../../services/contract.js';
import type { Aside, AsideKind } from './cluster.js';
import type { LocalCpu } from './local-cpu.js';
import * as parts from './local-parts.js';
import type { LocalProcesses } from './local-processes.js';
import { findFreePorts } from './ports.js';
import { LocalReplicatedStore, type ReplicatedStore } from './replicated-store.js';

/** What runs beside a local cluster, each on ports of its own. */
export class LocalAsides {
  readonly #processes: LocalProcesses;
  readonly #cpu: LocalCpu;
  readonly #names = new Set<string>();
  #started = 0;

  constructor(processes: LocalProcesses, cpu: LocalCpu) {
    this.#processes = processes;
    this.#cpu = cpu;
  }

  async start(kind: AsideKind, settings: parts.LocalSettings, given: Readonly<Record<string, string>>): Promise<Aside> {
    const name = this.#nextName();
    const [port = 0, opsPort = 0] = await findFreePorts(2);
    const spec = parts.ASIDES[kind](settings, name, port, opsPort);
    const part = await this.#processes.start({ ...spec, env: { ...spec.env, ...given } });
    return {
      url: part.addresses.url,
      opsUrl: part.addresses.opsUrl ?? '',
      readCpuMicros: async () => this.#cpu.read(part).cpuMicros,
      stop: () => this.#stop(name),
    };
  }

  async startStore(settings: parts.LocalSettings, topology: RedisTopology): Promise<ReplicatedStore> {
    const name = this.#nextName();
    const { addresses } = await this.#processes.start(parts.store(settings, name, topology));
    return new LocalReplicatedStore(addresses.url, () => this.#stop(name));
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#names].map((name) => this.#stop(name)));
  }

  #nextName(): string {
    const name = `aside-${++this.#started}`;
    this.#names.add(name);
    return name;
  }

  async #stop(name: string): Promise<void> {
    if (this.#names.delete(name)) await this.#processes.remove(name);
  }
}
