import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

/** One request as Node.js's own server (llhttp) reads it. */
export interface ReadRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** What the bytes of one connection are to Node.js's own server. */
export interface Reading {
  /** Those that are whole, in order. */
  readonly requests: readonly ReadRequest[];
  /** Nothing in them is no HTTP. They may be cut off inside a request. */
  readonly clean: boolean;
}

/** Reads in memory: nothing is answered, so that nothing stands in the way of a request but the bytes before it. */
export async function readAsNode(bytes: string, maxHeaderSize: number): Promise<Reading> {
  const read: (ReadRequest & { whole: boolean })[] = [];
  let clean = true;
  const take = (request: IncomingMessage) => {
    const { method = '', url = '', rawHeaders } = request;
    const entry = { method, url, rawHeaders, body: '', whole: false };
    read.push(entry);
    request.on('data', (chunk: Buffer) => {
      entry.body += chunk.toString('latin1');
    });
    request.on('end', () => {
      entry.whole = true;
    });
  };
  const server = createServer({ maxHeaderSize, requireHostHeader: false, keepAliveTimeout: 0 }, take);
  server.maxHeadersCount = 0;
  server.on('checkExpectation', take);
  server.on('clientError', () => {
    clean = false;
  });
  const connection = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  connection.on('error', () => {});
  server.emit('connection', connection);
  connection.push(Buffer.from(bytes, 'latin1'));
  // Reading a stream takes a few turns of the loop, none of them waits for anything.
  for (let turn = 0; turn < 8; turn++) await new Promise(setImmediate);
  const requests = read.filter(({ whole }) => whole);
  connection.destroy();
  return { requests, clean };
}
