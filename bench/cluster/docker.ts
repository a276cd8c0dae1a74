import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { BenchError } from '../errors.js';
import { ContainerShell, SHELL_COMMAND } from './container-shell.js';
import { Engine } from './engine.js';
import type { Reaper } from './reaper.js';

const QUICK_TIMEOUT_MS = 5_000;

/** The `docker` command with one environment. Every refusal is a BenchError CLUSTER_FAILED with its last line. */
export class Docker {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly reaper?: Reaper,
  ) {}

  /**
   * @param timeoutMs none by default: images are pulled and built, which takes what it takes.
   * @returns what the command wrote to standard output.
   */
  async run(args: readonly string[], timeoutMs = 0): Promise<string> {
    const { status, output, complaint } = await this.#spawn(args, timeoutMs);
    if (status === 0) return output;
    throw new BenchError('CLUSTER_FAILED', `docker ${args[0]}: ${lastLine(complaint) || `ended with ${status}`}`);
  }

  /** Runs a command in a container. */
  exec(container: string, command: readonly string[]): Promise<string> {
    return this.run(['exec', container, ...command], QUICK_TIMEOUT_MS);
  }

  /** @param container asked for when the shell is started, and again whenever it has ended. */
  openShell(container: () => string): ContainerShell {
    return new ContainerShell(() => this.#start(['exec', '--interactive', container(), ...SHELL_COMMAND]));
  }

  /** @throws BenchError CLUSTER_FAILED where the engine is at no address that this process can open. */
  async openEngine(): Promise<Engine> {
    const format = ['--format', '{{.Endpoints.docker.Host}}'];
    const endpoint = this.env.DOCKER_HOST ?? (await this.run(['context', 'inspect', ...format], QUICK_TIMEOUT_MS));
    return new Engine(endpoint.trim());
  }

  /** The last line that a container's process wrote, to whichever of its outputs. */
  async lastWords(container: string): Promise<string> {
    const { output, complaint } = await this.#spawn(['logs', '--tail', '1', container], QUICK_TIMEOUT_MS);
    return lastLine(`${output}\n${complaint}`);
  }

  /** @throws BenchError CLUSTER_FAILED naming what is missing: the command, an engine that answers, the Compose plugin. */
  async requireEngine(): Promise<void> {
    await this.run(['version', '--format', '{{.Server.Version}}'], QUICK_TIMEOUT_MS);
    await this.run(['compose', 'version'], QUICK_TIMEOUT_MS).catch((cause) => {
      throw new BenchError('CLUSTER_FAILED', 'docker has no Compose plugin: version 2 is needed.', { cause });
    });
  }

  async #spawn(args: readonly string[], timeoutMs: number) {
    const child = this.#start(args, timeoutMs);
    child.stdin.end();
    const closed = once(child, 'close').catch((cause) => {
      throw new BenchError('CLUSTER_FAILED', `The docker command does not start: ${cause.message}.`, { cause });
    });
    const [output, complaint, [status, signal]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { status: status ?? signal, output, complaint };
  }

  #start(args: readonly string[], timeout = 0): ChildProcessWithoutNullStreams {
    // A process group of its own: Ctrl-C in the terminal reaches the driver alone, which then cleans up in order.
    const child = spawn('docker', args, { env: this.env, detached: true, timeout, killSignal: 'SIGKILL' });
    const { pid } = child;
    if (pid !== undefined) {
      this.reaper?.tell({ watch: -pid });
      child.once('close', () => this.reaper?.tell({ forget: -pid }));
    }
    return child;
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
