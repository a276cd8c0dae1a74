import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { BenchError } from '../errors.js';
import type { Reaper } from './reaper.js';

const QUICK_TIMEOUT_MS = 5_000;

/**
 * Writes a text to each address and prints what comes back until the other side closes, in base64, a line each. All are asked
 * before the first is read. Starting `node` for it would cost five times as much CPU.
 */
const ASK =
  'while [ $# -gt 0 ]; do exec {fd}<>"/dev/tcp/$1/$2" && printf %s "$3" >&"$fd" || exit 1; fds="$fds $fd"; shift 3; done; ' +
  'for fd in $fds; do base64 -w 0 <&"$fd"; echo; done';

/** A text for a listener that answers and then closes. */
export interface Question {
  readonly host: string;
  readonly port: number;
  readonly text: string;
}

/** HTTP/1.0, so that the connection ends with the reply. */
export function get(path: string): string {
  return `GET ${path} HTTP/1.0\r\n\r\n`;
}

/** @throws BenchError REQUEST_FAILED for any status but 200. */
export function parseReply<T>(reply: string): T {
  const [head = '', body = ''] = reply.split('\r\n\r\n');
  if (/^HTTP\/1.1 200 /.test(head)) return JSON.parse(body) as T;
  throw new BenchError('REQUEST_FAILED', `A reply inside the cluster begins with "${head.split('\r\n')[0]}".`);
}

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

  /**
   * Asks over the network of a container, which works also where the addresses of containers are out of reach. Choose one with a
   * whole core: on a slice of CPU, starting a process takes as long as many requests, and out of their slice.
   * @returns the answers, in order.
   */
  async ask(container: string, questions: readonly Question[]): Promise<string[]> {
    const args = questions.flatMap(({ host, port, text }) => [host, `${port}`, text]);
    const output = await this.exec(container, ['bash', '-c', ASK, 'bash', ...args]);
    const lines = output.split('\n').slice(0, questions.length);
    return lines.map((line) => Buffer.from(line, 'base64').toString());
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
