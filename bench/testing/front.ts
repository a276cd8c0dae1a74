import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { request } from 'undici';

/** Stands before a server and does as it does, until it is told to break what the server holds. */
export class Front {
  /** What is refused is answered as if it had been accepted. */
  isLenient = false;
  /** What is accepted is answered as if it had been refused. */
  refuses = false;
  /** Tokens are handed out sealed, and opened again when they come back. */
  seals = false;
  readonly #sealed = new Map<string, string>();
  readonly #server: Server;

  private constructor(private readonly target: string) {
    this.#server = createServer((incoming, response) => {
      this.#pass(incoming, response).catch(() => response.destroy());
    });
  }

  static async before(target: string): Promise<Front> {
    const front = new Front(target);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { host, connection, 'content-length': _, authorization, ...others } = incoming.headers;
    const opened = this.#sealed.get(authorization ?? '') ?? authorization;
    const body = await text(incoming);
    const answer = await request(this.target + incoming.url, {
      method: incoming.method as 'GET',
      headers: { ...others, ...(opened !== undefined && { authorization: opened }) } as Record<string, string>,
      ...(body !== '' && { body }),
    });
    const cookies = answer.headers['set-cookie'];
    response.writeHead(this.#statusFor(answer.statusCode, incoming), {
      'content-type': 'application/json',
      ...(cookies !== undefined && { 'set-cookie': cookies }),
    });
    response.end(this.#sealIn(await answer.body.text()));
  }

  #statusFor(status: number, { method }: IncomingMessage): number {
    if (this.isLenient && (status === 401 || status === 403)) return 200;
    return this.refuses && method === 'GET' && status === 200 ? 401 : status;
  }

  /** In the five parts of an encrypted token (RFC 7516 section 3.1), with a header that anyone can read. */
  #sealIn(body: string): string {
    const token = this.seals ? /"token":"([^"]+)"/.exec(body)?.[1] : undefined;
    if (token === undefined) return body;
    const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');
    const sealed = `${header}..${`${this.#sealed.size}`.padStart(16, 'x')}.${'x'.repeat(200)}.${'x'.repeat(22)}`;
    this.#sealed.set(`Bearer ${sealed}`, `Bearer ${token}`);
    return body.replace(token, sealed);
  }
}
