import { setTimeout } from 'node:timers/promises';
import { OPS } from '../../services/contract.js';
import { BenchError } from '../errors.js';
import type { Aside, AsideKind } from './cluster.js';
import type { ComposeProject, Container } from './compose-project.js';
import { fetchJson } from './http.js';

const READY_DEADLINE_MS = 30_000;
const POLL_EVERY_MS = 50;

/** The services of docker-compose.yml that can be started beside the cluster, and the ports that they listen on inside. */
const SERVICES: Readonly<
  Record<AsideKind, { readonly service: string; readonly port: number; readonly opsPort: number }>
> = {
  instance: { service: 'app', port: 8000, opsPort: 9090 },
  resource: { service: 'resource', port: 8000, opsPort: 9090 },
};

/** What runs beside a cluster of containers, in containers of its own that no name of a service leads to. */
export class ComposeAsides {
  readonly #project: ComposeProject;
  readonly #readCpu: (container: Pick<Container, 'id' | 'pid'>) => Promise<{ readonly cpuMicros: number }>;
  readonly #ids = new Set<string>();

  constructor(
    project: ComposeProject,
    readCpu: (container: Pick<Container, 'id' | 'pid'>) => Promise<{ readonly cpuMicros: number }>,
  ) {
    this.#project = project;
    this.#readCpu = readCpu;
  }

  async start(kind: AsideKind, settings: Readonly<Record<string, string>>): Promise<Aside> {
    const { service, port, opsPort } = SERVICES[kind];
    const id = await this.#project.runAside(service, settings);
    this.#ids.add(id);
    const { address, pid } = await this.#project.locate(id);
    const opsUrl = `http://${address}:${opsPort}`;
    await this.#untilReady(id, `${opsUrl}${kind === 'instance' ? OPS.ready : OPS.health}`);
    return {
      url: `http://${address}:${port}`,
      opsUrl,
      readCpuMicros: async () => (await this.#readCpu({ id, pid })).cpuMicros,
      stop: () => this.#stop(id),
    };
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#ids].map((id) => this.#stop(id)));
  }

  async #untilReady(id: string, url: string): Promise<void> {
    const deadline = performance.now() + READY_DEADLINE_MS;
    for (;;) {
      const answer = await fetchJson(url).catch((error: unknown) => error);
      if (!(answer instanceof Error)) return;
      await this.#project.requireRunning(id);
      if (performance.now() > deadline)
        throw new BenchError('CLUSTER_FAILED', `What was started beside the cluster does not answer at ${url}.`);
      await setTimeout(POLL_EVERY_MS);
    }
  }

  async #stop(id: string): Promise<void> {
    if (this.#ids.delete(id)) await this.#project.remove(id);
  }
}
