import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ListeningMessage } from '../../services/contract.js';
import { BenchError } from '../errors.js';
import type { Reaper } from './reaper.js';

const STOP_DEADLINE_MS = 2_000;
const START_DEADLINE_MS = 30_000;

export interface PartSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Resolves once the process serves. Node processes of ours tell so themselves over IPC. */
  readonly ready: 'ipc' | 'exit' | ((signal: AbortSignal) => Promise<void>);
}

export type Addresses = ListeningMessage['listening'];

/** One spawned process of the cluster. */
export class Part {
  #child: ChildProcess | undefined;
  #lastWords = '';
  #isServing = false;
  /** Told when the process ends unasked, once it has served: how it ended. */
  onDeath: ((how: string) => void) | undefined;
  /** The same for who asks later: nothing while it runs, or where it was ended. */
  death: string | undefined;
  /** Takes what the process says over IPC, from its first word on. */
  onMessage: ((message: unknown) => void) | undefined;
  addresses: Addresses = { url: '' };

  constructor(
    readonly spec: PartSpec,
    private readonly reaper: Reaper,
  ) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** It has told that it serves, and has not ended. */
  get isUp(): boolean {
    return this.running && this.#isServing;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process and waits until it serves. A process that ends instead is an error with its last line. */
  async start(): Promise<this> {
    const { ready } = this.spec;
    const child = this.#spawn();
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    const ended = once(child, 'exit', { signal: deadline }).then(([status]) => {
      if (ready !== 'exit' || status !== 0) throw this.#failure(`ended with ${status ?? 'a signal'}`);
    });
    const serving =
      ready === 'exit' ? ended : ready === 'ipc' ? this.#listening(child, deadline) : ready(deadline).then(() => {});
    // Whichever of the two comes second is of no interest.
    ended.catch(() => {});
    serving.catch(() => {});
    try {
      await Promise.race([serving, ended]);
    } catch (error) {
      await this.kill();
      if (error instanceof BenchError) throw error;
      throw this.#failure(deadline.aborted ? 'did not start in time' : `${error}`);
    }
    this.#isServing = ready !== 'exit';
    return this;
  }

  /** Over IPC; lost where it does not run. */
  send(message: object): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM, then SIGKILL where the process does not end in time. */
  async stop(): Promise<void> {
    const impatience = setTimeout(() => this.signal('SIGKILL'), STOP_DEADLINE_MS);
    const ended = this.#end('SIGTERM');
    // A frozen process sees the SIGTERM only once it runs again.
    this.signal('SIGCONT');
    await ended;
    clearTimeout(impatience);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#isServing = false;
    if (child === undefined || !this.running) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async #listening(child: ChildProcess, signal: AbortSignal): Promise<void> {
    const [message] = (await once(child, 'message', { signal })) as [ListeningMessage];
    this.addresses = message.listening;
  }

  #spawn(): ChildProcess {
    const { command, args, env, ready } = this.spec;
    this.#lastWords = '';
    this.death = undefined;
    // A process group of its own: Ctrl-C in the terminal reaches the driver alone, which then ends the parts in order.
    const child = spawn(command, args, {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(ready === 'ipc' ? ['ipc' as const] : [])],
    });
    this.#child = child;
    child.on('message', (message) => this.onMessage?.(message));
    const keep = (text: Buffer) => {
      this.#lastWords = `${this.#lastWords}${text}`.slice(-2_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', (status, signal) => this.#notice(status, signal));
    const { pid } = child;
    if (pid !== undefined) {
      this.reaper.tell({ watch: pid });
      child.once('exit', () => this.reaper.tell({ forget: pid }));
    }
    return child;
  }

  #notice(status: number | null, signal: NodeJS.Signals | null): void {
    if (!this.#isServing) return;
    this.#isServing = false;
    this.death = signal === null ? `ended with ${status}${this.#lastLine()}` : `was ended by ${signal}`;
    this.onDeath?.(this.death);
  }

  #failure(what: string): BenchError {
    return new BenchError('PART_FAILED', `${this.spec.name} ${what}${this.#lastLine()}`);
  }

  #lastLine(): string {
    const line = this.#lastWords.trim().split('\n').at(-1) ?? '';
    return line && `: ${line}`;
  }
}
