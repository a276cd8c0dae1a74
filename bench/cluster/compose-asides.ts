import { setTimeout } from 'node:timers/promises';
import { OPS } from '../../services/contract.js';
import { BenchError } from '../errors.js';
import type { Aside, AsideKind } from './cluster.js';
import type { ComposeProject, Container } from './compose-project.js';
import { fetchJson } from './http.js';

const READY_DEADLINE_MS = 30_000;
const POLL_EVERY_MS = 50;

/** The services of docker-compose.yml that can be started beside the cluster, and what tells that one serves. */
const SERVICES: Readonly<Record<AsideKind, { readonly service: string; readonly readyPath: string }>> = {
  instance: { service: 'app', readyPath: OPS.ready },
  resource: { service: 'resource', readyPath: OPS.health },
};

/** Inside the container, where nobody else listens. */
const [PORT, OPS_PORT] = [8000, 9090];
const LISTENING = { HOST: '0.0.0.0', PORT: `${PORT}`, OPS_HOST: '0.0.0.0', OPS_PORT: `${OPS_PORT}`, PEERS_DNS: '' };

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
    const { service, readyPath } = SERVICES[kind];
    const id = await this.#project.runAside(service, { ...LISTENING, ...settings });
    this.#ids.add(id);
    const { address, pid } = await this.#project.locate(id);
    const opsUrl = `http://${address}:${OPS_PORT}`;
    await this.#untilReady(id, opsUrl + readyPath);
    return {
      url: `http://${address}:${PORT}`,
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
