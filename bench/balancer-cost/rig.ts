import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchJson } from '../cluster/http.js';
import { node } from '../cluster/local-parts.js';
import { Part, type PartSpec } from '../cluster/part.js';
import { type Reaper, startReaper } from '../cluster/reaper.js';
import type { readEnvironment } from '../config.js';
import { ClosedLoopThreads } from '../load/closed-loop-threads.js';
import { PROXIES, type RunningProxy } from './proxies.js';
import { COUNT_PATH, type ReplyCount } from './reply.js';

const UPSTREAMS = 2;

/** As many as there are upstreams, so that without a proxy each of them gets half of the load. */
const SENDERS = UPSTREAMS;

/**
 * Two upstreams, every proxy in front of them, and who sends the load. All proxies run all the time; only one is under load
 * at any moment. Nothing survives: a reaper process ends every part when this process dies without having stopped them.
 */
export class Rig {
  readonly proxies = new Map<string, RunningProxy>();
  readonly senders = new ClosedLoopThreads(SENDERS);
  readonly #parts: Part[] = [];
  #upstreams: readonly string[] = [];

  private constructor(
    private readonly reaper: Reaper,
    private readonly folder: string,
  ) {}

  /** @throws BenchError PART_FAILED with the last line of the part that did not start. */
  static async start(names: readonly string[], environment: ReturnType<typeof readEnvironment>): Promise<Rig> {
    const rig = new Rig(await startReaper(), await mkdtemp(join(tmpdir(), 'authscale-')));
    try {
      await rig.#start(names, environment);
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  async #start(names: readonly string[], { all, PATH }: ReturnType<typeof readEnvironment>): Promise<void> {
    this.reaper.tell({ folder: this.folder });
    const upstreams = Array.from({ length: UPSTREAMS }, (_, index) =>
      this.#add(node(`upstream-${index + 1}`, 'bench/balancer-cost/upstream.js', 'ipc', all)).start(),
    );
    this.#upstreams = (await allOf(upstreams)).map(({ addresses }) => addresses.url);
    const site = {
      upstreams: this.#upstreams,
      folder: this.folder,
      environment: all,
      add: (spec: PartSpec) => this.#add(spec),
    };
    const started = await allOf(names.map(async (name) => PROXIES[name]?.start(site, PATH)));
    for (const [at, proxy] of started.entries()) if (proxy) this.proxies.set(names[at] ?? '', proxy);
  }

  /** Replies that the upstreams have given so far. */
  async countReplies(): Promise<number> {
    const counts = await Promise.all(this.#upstreams.map((url) => fetchJson<ReplyCount>(`${url}${COUNT_PATH}`)));
    return counts.reduce((sum, { replies }) => sum + replies, 0);
  }

  async stop(): Promise<void> {
    await Promise.all([this.senders.stop(), ...this.#parts.map((part) => part.stop())]);
    await rm(this.folder, { recursive: true, force: true });
    this.reaper.dismiss();
  }

  #add(spec: PartSpec): Part {
    const part = new Part(spec, this.reaper);
    this.#parts.push(part);
    return part;
  }
}

/** Waits for all of them also where one fails: a part that is added after the end would be nobody's. */
async function allOf<T>(starting: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}
