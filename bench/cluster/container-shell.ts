import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { BenchError } from '../errors.js';

const TIMEOUT_MS = 5_000;

/**
 * A line holds the host, the port and the text of each question, separated by tabs. All are asked before the first answer is
 * read, to the end of its connection; an answer ends with a NUL. One process for all: starting one, in a container and for every
 * reading, takes more CPU than what is read about.
 */
const LOOP =
  "set -f; IFS=$'\\t'; while read -r line; do set -- $line; fds=; " +
  'while [ $# -gt 0 ]; do exec {fd}<>"/dev/tcp/$1/$2" && printf %b "$3" >&"$fd" || exec {fd}</dev/null; fds="$fds$fd\t"; shift 3; done; ' +
  'for fd in $fds; do reply=; IFS= read -r -d "" reply <&"$fd"; printf "%s\\0" "$reply"; exec {fd}<&-; done; done';

export const SHELL_COMMAND = ['bash', '-c', LOOP] as const;

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
  const [status] = head.split('\r\n');
  throw new BenchError('REQUEST_FAILED', `A listener in a container answers "${status}" and not 200.`);
}

/**
 * Asks over the network of a container, which works also where the addresses of containers are out of reach. Choose a container
 * with a whole core: on a slice of CPU the shell would take out of it.
 */
export class ContainerShell {
  #child: ChildProcessWithoutNullStreams | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param start starts SHELL_COMMAND in the container: at the first question, and again after it has ended. */
  constructor(private readonly start: () => ChildProcessWithoutNullStreams) {}

  /**
   * One line of questions after the other.
   * @returns the answers, in order; an empty one where nobody listens.
   */
  ask(questions: readonly Question[]): Promise<string[]> {
    const answers = this.#last.then(() => this.#exchange(questions));
    this.#last = answers.catch(() => {});
    return answers;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #exchange(questions: readonly Question[]): Promise<string[]> {
    const child = this.#child ?? this.#begin();
    child.stdin.write(`${questions.map(encode).join('\t')}\n`);
    try {
      return await readAnswers(child, questions.length);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #begin(): ChildProcessWithoutNullStreams {
    const child = this.start();
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stderr.resume();
    child.once('close', () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

function encode({ host, port, text }: Question): string {
  return `${host}\t${port}\t${text.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}`;
}

function readAnswers(child: ChildProcessWithoutNullStreams, count: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const settle = (result: () => void) => {
      clearTimeout(timer);
      child.stdout.off('data', read);
      child.off('close', fail).off('error', fail);
      result();
    };
    const read = (chunk: Buffer) => {
      chunks.push(chunk);
      const answers = Buffer.concat(chunks).toString().split('\0');
      if (answers.length > count) settle(() => resolve(answers.slice(0, count)));
    };
    const fail = () =>
      settle(() => reject(new BenchError('REQUEST_FAILED', `${count} listeners in containers did not all answer.`)));
    const timer = setTimeout(fail, TIMEOUT_MS);
    child.stdout.on('data', read);
    child.on('close', fail).on('error', fail);
  });
}
