import type { UpstreamSpec } from '../../balancer/contract.js';
import { OPS } from '../../services/contract.js';
import type { PartName } from './cluster.js';
import * as parts from './local-parts.js';
import type { LocalProcesses } from './local-processes.js';
import type { LocalUpstreams } from './local-upstreams.js';
import { findFreePorts } from './ports.js';

/** The instances of a local cluster: their processes, and what the balancer and they themselves are told of each. */
export class LocalInstances {
  readonly #processes: LocalProcesses;
  readonly #upstreams: LocalUpstreams;
  readonly #settings: () => parts.LocalSettings;
  /** At which each hears of the others' sessions. */
  readonly #peerPorts = new Map<PartName, number>();

  constructor(processes: LocalProcesses, upstreams: LocalUpstreams, settings: () => parts.LocalSettings) {
    this.#processes = processes;
    this.#upstreams = upstreams;
    this.#settings = settings;
  }

  /** `instance-1` and so on, as many. Resolves once the balancer sends requests to each. */
  async scaleTo(count: number): Promise<void> {
    const wanted = Array.from({ length: count }, (_, index) => `instance-${index + 1}`);
    const surplus = this.#upstreams.names.filter((name) => !wanted.includes(name));
    await Promise.all(surplus.map((name) => this.remove(name)));
    await this.#startAll(wanted.filter((name) => !this.#upstreams.has(name)));
    await this.#upstreams.untilUp();
  }

  /** By the first name that is free. */
  async add(): Promise<PartName> {
    let number = 1;
    while (this.#upstreams.has(`instance-${number}`)) number += 1;
    const name = `instance-${number}`;
    await this.#startAll([name]);
    await this.#upstreams.untilServes(name);
    return name;
  }

  async remove(name: PartName): Promise<void> {
    this.#peerPorts.delete(name);
    await this.#upstreams.remove(name);
    await this.#processes.remove(name);
  }

  /** Those that start together know of each other from the start. */
  async #startAll(names: readonly PartName[]): Promise<void> {
    const peerPorts = await findFreePorts(names.length);
    for (const [at, name] of names.entries()) this.#peerPorts.set(name, peerPorts[at] ?? 0);
    const started = await Promise.all(names.map(async (name) => ({ name, upstream: await this.#start(name) })));
    // In order: the balancer's first upstream is the first instance.
    for (const { name, upstream } of started) await this.#upstreams.add(name, upstream);
  }

  async #start(name: PartName): Promise<UpstreamSpec> {
    const [port = 0, opsPort = 0] = await findFreePorts(2);
    const peers = { own: this.#peerPorts.get(name) ?? 0, all: [...this.#peerPorts.values()] };
    const { addresses } = await this.#processes.start(parts.instance(this.#settings(), name, port, opsPort, peers));
    return { url: addresses.url, healthUrl: `${addresses.opsUrl}${OPS.ready}` };
  }
}
