import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from '../config.js';
import { ClientResponse } from './client-response.js';

export type ClientListenerOptions = Pick<
  Config,
  'CLIENT_HEADER_TIMEOUT_MS' | 'CLIENT_REQUEST_TIMEOUT_MS' | 'CLIENT_KEEP_ALIVE_MS' | 'MAX_HEADER_BYTES'
>;

export interface ClientHandlers {
  onRequest(request: IncomingMessage, response: ClientResponse): void;
  onUpgrade(request: IncomingMessage, client: Duplex, ahead: Buffer): void;
}

export type ClientServer = Server<typeof IncomingMessage, typeof ClientResponse>;

/** Parser errors and what a client is told; everything else it has sent wrong is 400. */
const PARSER_REPLIES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The listener that clients reach: limits, and refusal of what is not HTTP. */
export function createClientListener(options: ClientListenerOptions, handlers: ClientHandlers): ClientServer {
  const server = createServer({
    ServerResponse: ClientResponse,
    headersTimeout: options.CLIENT_HEADER_TIMEOUT_MS,
    requestTimeout: options.CLIENT_REQUEST_TIMEOUT_MS,
    keepAliveTimeout: options.CLIENT_KEEP_ALIVE_MS,
    maxHeaderSize: options.MAX_HEADER_BYTES,
    connectionsCheckingInterval: Math.min(1000, options.CLIENT_HEADER_TIMEOUT_MS),
    noDelay: true,
    // Told by the balancer's own rules, which also drop what follows on the connection.
    requireHostHeader: false,
  });
  // Node.js would drop headers beyond a number in silence: their size is the limit.
  server.maxHeadersCount = 0;
  server.on('request', handlers.onRequest);
  server.on('upgrade', handlers.onUpgrade);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
      // Inside a keep-alive connection a reply of ours could be taken for that to an earlier request.
      socket.destroy();
      return;
    }
    const reply = PARSER_REPLIES[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${reply}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  // Without a listener Node.js would leave the connection of a CONNECT open.
  server.on('connect', (_, socket) =>
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  return server;
}
