import { type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http';
import { MalformedResponse, ResponseHead } from '../http/response-head.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { Call, Failure, ResponseHandler, Transport, UpstreamRequest } from './transport.js';

/**
 * Requests that offer another protocol (WebSocket), each over a connection of its own. They are rare and long, so all transports
 * share this one, over Node.js's own client.
 */
export const UPGRADES: Transport = {
  send: (upstream, request, handler) => new UpgradeCall(upstream, request, handler),
  forget: () => {},
  close: () => {},
};

class UpgradeCall implements Call {
  readonly #handler: ResponseHandler;
  readonly #request: ClientRequest;
  #response: IncomingMessage | null = null;
  #sent = false;
  #over = false;

  constructor(upstream: Upstream, { method, path, headers }: UpstreamRequest, handler: ResponseHandler) {
    this.#handler = handler;
    this.#request = sendRequest({
      host: upstream.hostname,
      port: upstream.port,
      method,
      path,
      headers,
      agent: false,
      setHost: false,
    });
    this.#request.on('socket', (socket) =>
      socket.once('connect', () => {
        upstream.connections += 1;
        this.#sent = true;
        if (!this.#over) this.#handler.onSent();
      }),
    );
    this.#request.on('response', (response) => this.#onResponse(response));
    this.#request.on('upgrade', (response, socket, first) => {
      if (this.#over) {
        socket.destroy();
        return;
      }
      this.#over = true;
      this.#handler.onSwitch(ResponseHead.from(101, response.rawHeaders), socket, first);
    });
    this.#request.on('error', (error) => this.#fail(error));
    this.#request.on('close', () => this.#fail(new Error('the upstream closed the connection')));
    this.#request.end();
  }

  resume(): void {
    this.#response?.resume();
  }

  abort(): void {
    this.#over = true;
    this.#request.destroy();
  }

  #onResponse(response: IncomingMessage): void {
    if (this.#over) return;
    this.#response = response;
    try {
      this.#handler.onHead(ResponseHead.from(response.statusCode ?? 0, response.rawHeaders));
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.abort();
      this.#handler.onFailure('bad-response');
      return;
    }
    response.on('data', (chunk: Buffer) => {
      if (!this.#over && !this.#handler.onData(chunk)) response.pause();
    });
    response.on('end', () => {
      if (this.#over) return;
      this.#over = true;
      this.#handler.onEnd();
    });
    response.on('error', (error) => this.#fail(error));
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onFailure(this.#failure(error));
  }

  #failure(error: NodeJS.ErrnoException): Failure {
    if (!this.#sent) return 'connect';
    if (this.#response !== null) return 'truncated';
    return error.code?.startsWith('HPE_') ? 'bad-response' : 'reset';
  }
}
