import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Config } from '../config.js';
import type { Deadlines } from '../exchange/deadlines.js';
import { ClientRequest } from './client-request.js';
import { ClientResponse } from './client-response.js';
import { BACKLOG, mirrorListener } from './listening-handles.js';
import { Pipeline, type PipelineOptions } from './pipeline.js';

export type ClientListenerOptions = Pick<
  Config,
  'CLIENT_HEADER_TIMEOUT_MS' | 'CLIENT_REQUEST_TIMEOUT_MS' | 'CLIENT_KEEP_ALIVE_MS' | 'MAX_HEADER_BYTES'
>;

/** Parser errors and what a client is told; everything else it has sent wrong is 400. */
const PARSER_REPLIES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The listener that clients reach: limits, refusal of what is not HTTP, and the order of what is. */
export class ClientListener {
  readonly server: Server<typeof IncomingMessage, typeof ClientResponse>;
  readonly #pipelines: PipelineOptions;
  /** Connections that have left HTTP, or may: Node.js does not close them. */
  readonly #switched = new Set<Socket>();
  /** Accept on other handles of the same socket. */
  readonly #others: TcpServer[] = [];

  constructor(
    options: ClientListenerOptions,
    deadlines: Deadlines,
    handle: (request: IncomingMessage, response: ClientResponse) => void,
  ) {
    const idleLimitMs = options.CLIENT_KEEP_ALIVE_MS;
    this.#pipelines = { deadlines, idleLimitMs, start: (response) => handle(response.req, response) };
    this.server = createServer({
      IncomingMessage: ClientRequest as typeof IncomingMessage,
      ServerResponse: ClientResponse,
      headersTimeout: options.CLIENT_HEADER_TIMEOUT_MS,
      requestTimeout: options.CLIENT_REQUEST_TIMEOUT_MS,
      // Node.js would make a timer after each response and end it with the next request: the pipelines keep this one.
      keepAliveTimeout: 0,
      maxHeaderSize: options.MAX_HEADER_BYTES,
      connectionsCheckingInterval: Math.min(1000, options.CLIENT_HEADER_TIMEOUT_MS),
      noDelay: true,
      // Told by the balancer's own rules, which also drop what follows on the connection.
      requireHostHeader: false,
    });
    // Node.js would drop headers beyond a number in silence: their size is the limit.
    this.server.maxHeadersCount = 0;
    const onRequest = (request: IncomingMessage, response: ClientResponse) => {
      response._keepAliveTimeout = idleLimitMs;
      // What came in one packet with an offer that is ignored Node.js does not parse.
      this.#pipelineOf(request.socket).add(response, { isLast: (request as ClientRequest).offersUpgrade === true });
    };
    this.server.on('request', onRequest);
    // Node.js would answer an expectation that it does not know by itself, past the order of the connection.
    this.server.on('checkExpectation', onRequest);
    this.server.on('upgrade', (request, socket, ahead) => this.#onUpgrade(request, socket as Socket, ahead));
    this.server.on('clientError', (error, socket) => this.#onClientError(error, socket as Socket));
  }

  /** Has many connections accepted at a time, once it listens. Where that cannot be, it is one in a turn of the event loop. */
  async acceptMany(): Promise<void> {
    const handles = await mirrorListener(this.server).catch(() => []);
    for (const handle of handles) {
      if (!this.server.listening) {
        handle.close();
        continue;
      }
      const accept = (socket: Socket) => this.server.emit('connection', socket);
      const other = createTcpServer({ allowHalfOpen: true, noDelay: true }, accept);
      other.listen(handle, BACKLOG);
      this.#others.push(other);
    }
  }

  /** Accepts no more, and resolves when all connections have ended; those that have not by the deadline are cut. */
  async close(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.server.closeAllConnections();
      for (const socket of this.#switched) socket.destroy();
    }, deadlineMs);
    const all = [this.server, ...this.#others];
    await Promise.all(all.map((server) => new Promise((resolve) => server.close(resolve))));
    clearTimeout(timer);
  }

  #pipelineOf(socket: Socket): Pipeline {
    return Pipeline.of(socket) ?? new Pipeline(socket, this.#pipelines);
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, ahead: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#switched.add(socket);
    socket.on('close', () => this.#switched.delete(socket));
    const response = new ClientResponse(request);
    response.takeOver(socket, ahead);
    this.#pipelineOf(socket).add(response, { isLast: true });
  }

  #onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
    // A connection that ended inside a request, or broke, has nobody to tell.
    if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE' || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'client-stalled' : 'bad-request';
    this.#pipelineOf(socket).onClientError(fault, bareReply(PARSER_REPLIES[error.code ?? ''] ?? '400 Bad Request'));
  }
}

function bareReply(status: string): string {
  return `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}
