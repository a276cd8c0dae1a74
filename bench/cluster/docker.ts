import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { BenchError } from '../errors.js';
import type { Reaper } from './reaper.js';

const QUICK_TIMEOUT_MS = 5_000;

/** HTTP/1.0, so that the connection ends with the reply. Starting `node` for it would cost five times as much CPU. */
const GET = 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.0\\r\\n\\r\\n" "$2" >&3 && cat <&3';

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

  /** Asks a process inside its container, which works also where the addresses of containers are out of reach. */
  async getJson<T>(container: string, port: number, path: string): Promise<T> {
    const reply = await this.exec(container, ['bash', '-c', GET, 'bash', `${port}`, path]);
    const [head = '', body = ''] = reply.split('\r\n\r\n');
    if (/^HTTP\/1.1 200 /.test(head)) return JSON.parse(body) as T;
    throw new BenchError('REQUEST_FAILED', `GET ${path} on port ${port} of ${container}: ${head.split('\r\n')[0]}`);
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
    // A process group of its own: Ctrl-C in the terminal reaches the driver alone, which then cleans up in order.
    const child = spawn('docker', args, {
      env: this.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const { pid } = child;
    if (pid !== undefined) this.reaper?.tell({ watch: -pid });
    const closed = once(child, 'close').catch((cause) => {
      throw new BenchError('CLUSTER_FAILED', `The docker command does not start: ${cause.message}.`, { cause });
    });
    const [output, complaint, [status, signal]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    if (pid !== undefined) this.reaper?.tell({ forget: -pid });
    return { status: status ?? signal, output, complaint };
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim() ?? '';
}
