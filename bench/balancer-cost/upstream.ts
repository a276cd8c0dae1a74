/**
 * The process of an upstream: a bare `node:http` server that does nothing but reply, so that what is measured in front of it
 * is the proxy. Ends with its parent.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListeningMessage } from '../../services/contract.js';
import { COUNT_PATH, REPLY_BYTES, type ReplyCount, replyPath, UPSTREAM_HEADER } from './reply.js';

const HEALTH_PATH = '/health';

const bodies: ReadonlyMap<string | undefined, Buffer> = new Map(
  REPLY_BYTES.map((bytes) => [replyPath(bytes), Buffer.alloc(bytes, 'x')]),
);
let replies = 0;
let name = '';

const server = createServer(({ url }, response) => {
  const body = bodies.get(url);
  if (body === undefined) return answerOther(url, response);
  replies++;
  response.writeHead(200, {
    'content-type': 'text/plain',
    'content-length': body.length,
    [UPSTREAM_HEADER]: name,
  });
  response.end(body);
});
// Longer than any proxy's pause between two of its rounds: no connection is closed under a request.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  name = `${port}`;
  const message: ListeningMessage = { listening: { url: `http://127.0.0.1:${port}` } };
  process.send?.(message);
});
process.on('disconnect', () => process.exit());

function answerOther(url: string | undefined, response: ServerResponse): void {
  const count: ReplyCount = { replies };
  if (url === COUNT_PATH) response.end(JSON.stringify(count));
  else response.writeHead(url === HEALTH_PATH ? 200 : 404).end();
}
