import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** An instance for tests: answers with its name, remembers what it was asked, and can be made to misbehave. */
export class TestUpstream {
  readonly received: ReceivedRequest[] = [];
  healthy = true;
  /** Takes the place of the usual reply. */
  behave: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  readonly name: string;
  readonly #server = createServer((request, response) => {
    // A request that breaks off is the balancer's to tell about.
    this.#answer(request, response).catch(() => {});
  });
  #port = 0;

  constructor(name: string) {
    this.name = name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get spec(): string {
    return `${this.url}|${this.url}/health`;
  }

  get server(): Server {
    return this.#server;
  }

  async start(): Promise<this> {
    this.#port = await listen(this.#server, this.#port);
    return this;
  }

  /** As a killed process does: connections reset, no new ones. */
  async kill(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', rawHeaders } = incoming;
    if (url === '/health') {
      response.writeHead(this.healthy ? 200 : 503).end();
      return;
    }
    if (this.behave !== null) {
      this.behave(incoming, response);
      return;
    }
    const body = await buffer(incoming);
    this.received.push({ method, url, rawHeaders, body });
    response.setHeader('x-upstream', this.name);
    response.end(this.name);
  }
}

/** An upstream that writes whatever bytes it is told, once for each request head it reads. */
export async function startRawUpstream(
  onRequest: (socket: Socket, head: string) => void,
): Promise<Server & { url: string }> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const head = chunk.toString('latin1');
      if (head.startsWith('GET /health ')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else onRequest(socket, head);
    });
  });
  const port = await listen(server, 0);
  return Object.assign(server, { url: `http://127.0.0.1:${port}` });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
