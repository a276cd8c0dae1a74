import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { ClientResponse } from './client-response.js';

export interface ClientListenerOptions {
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxHeaderBytes: number;
}

export type ClientServer = Server<typeof IncomingMessage, typeof ClientResponse>;

/** Parser errors and what a client is told; everything else it has sent wrong is 400. */
const PARSER_REPLIES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** The listener that clients reach: limits, and refusal of what is not HTTP. */
export function createClientListener(
  options: ClientListenerOptions,
  handle: (request: IncomingMessage, response: ClientResponse) => void,
): ClientServer {
  const server = createServer({
    ServerResponse: ClientResponse,
    headersTimeout: options.headerTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    maxHeaderSize: options.maxHeaderBytes,
    connectionsCheckingInterval: Math.min(1000, options.headerTimeoutMs),
    noDelay: true,
  });
  server.on('request', handle);
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
