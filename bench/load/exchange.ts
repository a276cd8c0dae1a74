import type { Dispatcher } from 'undici';

export interface ExchangeOwner {
  /** The request is being written to a connection. */
  written(exchange: Exchange): void;
  answered(exchange: Exchange, status: number): void;
  failed(exchange: Exchange, kind: string): void;
}

/** One request from when it is due until its answer, its failure or its timeout, of which the first one counts. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #owner: ExchangeOwner;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #ended = false;

  constructor(
    readonly dueAtMs: number,
    timeoutMs: number,
    owner: ExchangeOwner,
  ) {
    this.#owner = owner;
    this.#timer = setTimeout(() => this.#timeOut(), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) {
      controller.abort(new Error('timed out before a connection was free'));
      return;
    }
    const first = this.#controller === undefined;
    this.#controller = controller;
    // A request that undici moves to another connection starts again, but was due and late only once.
    if (first) this.#owner.written(this);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    if (this.#end()) this.#owner.answered(this, this.#status);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: NodeJS.ErrnoException): void {
    if (this.#end()) this.#owner.failed(this, error.code ?? error.name);
  }

  #timeOut(): void {
    const controller = this.#controller;
    if (!this.#end()) return;
    this.#owner.failed(this, controller === undefined ? 'dropped' : 'timeout');
    controller?.abort(new Error('timed out'));
  }

  /** False when it had ended before. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    clearTimeout(this.#timer);
    return true;
  }
}
