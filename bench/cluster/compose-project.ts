import { fileURLToPath } from 'node:url';
import { BenchError } from '../errors.js';
import type { PartName } from './cluster.js';
import type { Docker } from './docker.js';

const FOLDER = fileURLToPath(new URL('../../..', import.meta.url));
const LABEL = 'com.docker.compose';
const FIELDS = `{{.ID}}|{{.Label "${LABEL}.service"}}|{{.Label "${LABEL}.container-number"}}|{{.Status}}`;

/** Services whose containers are the cluster's parts. The others prepare it and end. */
const PART_SERVICES = ['app', 'balancer', 'redis', 'database'];

export interface Container {
  readonly id: string;
  readonly service: string;
  /** As `docker ps` puts it: "Up 2 seconds", "Exited (137) 1 second ago". */
  readonly status: string;
  /** On the project's network; empty where it has none. */
  readonly address: string;
  /** Of its first process, on the engine's machine; 0 where it does not run. */
  readonly pid: number;
}

/** The services of docker-compose.yml under a project name of their own. */
export class ComposeProject {
  readonly #docker: Docker;
  readonly #name: string;

  constructor(docker: Docker, name: string) {
    this.#docker = docker;
    this.#name = name;
  }

  /**
   * The command line that removes every container, network and volume. Nothing in them is worth an orderly end. What runs of a service
   * whose profile is not named would be left, and the network with it.
   */
  get downCommand(): readonly string[] {
    return [
      'docker',
      ...this.#compose('--profile', 'resource', 'down', '--volumes', '--remove-orphans', '--timeout', '0'),
    ];
  }

  /** @throws BenchError PART_FAILED with the last line of the container that failed, if one did. */
  async up(...options: readonly string[]): Promise<void> {
    try {
      await this.#docker.run(this.#compose('up', '--detach', ...options));
    } catch (error) {
      await this.requireNoneFailed();
      throw error;
    }
  }

  async down(): Promise<void> {
    await this.#docker.run(this.downCommand.slice(1));
  }

  /** By part, in the order of the services; containers that prepare the cluster bear their service's name. */
  async containers(): Promise<Map<PartName, Container>> {
    // Without what runs beside the cluster.
    const filters = [`label=${LABEL}.project=${this.#name}`, `label=${LABEL}.oneoff=False`];
    const filtered = filters.flatMap((filter) => ['--filter', filter]);
    const output = await this.#docker.run(['ps', '--all', '--no-trunc', ...filtered, '--format', FIELDS]);
    const found = output
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [id = '', service = '', number = '', status = ''] = line.split('|');
        return { id, service, number: Number(number), status };
      })
      .sort((a, b) => rank(a.service) - rank(b.service) || a.number - b.number);
    const details = await this.#inspect(found.map(({ id }) => id));
    return new Map(
      found.map(({ number, ...container }) => [
        container.service === 'app' ? `instance-${number}` : container.service,
        { ...container, ...(details.get(container.id) ?? { address: '', pid: 0 }) },
      ]),
    );
  }

  /** Starts a container of a service beside those of the cluster. @returns its id */
  async runAside(service: string, settings: Readonly<Record<string, string>>): Promise<string> {
    const environment = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const output = await this.#docker.run(this.#compose('run', '--detach', '--no-deps', ...environment, service));
    const name = output.trim().split('\n').at(-1) ?? '';
    return (await this.#docker.run(['inspect', '--format', '{{.Id}}', name])).trim();
  }

  /** @throws BenchError CLUSTER_FAILED where there is no such container */
  async locate(id: string): Promise<Pick<Container, 'address' | 'pid'>> {
    const found = (await this.#inspect([id])).get(id);
    if (found) return found;
    throw new BenchError('CLUSTER_FAILED', `There is no container ${id}.`);
  }

  /** @throws BenchError PART_FAILED with its last line */
  async requireRunning(id: string): Promise<void> {
    const state = (await this.#docker.run(['inspect', '--format', '{{.State.Status}}', id])).trim();
    if (state === 'running') return;
    throw new BenchError(
      'PART_FAILED',
      `What was started beside the cluster ended: ${await this.#docker.lastWords(id)}`,
    );
  }

  async remove(id: string): Promise<void> {
    await this.#docker.run(['rm', '--force', '--volumes', id]);
  }

  async #inspect(ids: readonly string[]): Promise<Map<string, Pick<Container, 'address' | 'pid'>>> {
    if (ids.length === 0) return new Map();
    const format = '{{.Id}} {{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    const lines = await this.#docker.run(['inspect', '--format', format, ...ids]);
    return new Map(
      lines
        .trim()
        .split('\n')
        .map((line) => {
          const [id = '', pid = '', address = ''] = line.split(' ');
          return [id, { address, pid: Number(pid) }];
        }),
    );
  }

  /** A wrong setting ends a process at once, again and again: better told now than after a deadline. */
  async requireNoneFailed(): Promise<void> {
    for (const [name, { id, status }] of await this.containers()) {
      const [, code] = /^(?:Exited|Restarting) \((\d+)\)/.exec(status) ?? [];
      // 137 is SIGKILL, which an experiment sends.
      if (code === undefined || code === '0' || code === '137') continue;
      throw new BenchError('PART_FAILED', `${name} ended with ${code}: ${await this.#docker.lastWords(id)}`);
    }
  }

  #compose(...args: readonly string[]): string[] {
    return [
      'compose',
      '--project-directory',
      FOLDER,
      '--file',
      `${FOLDER}/docker-compose.yml`,
      '--project-name',
      this.#name,
      ...args,
    ];
  }
}

export function isPart({ service }: Container): boolean {
  return PART_SERVICES.includes(service);
}

function rank(service: string): number {
  return PART_SERVICES.indexOf(service);
}
