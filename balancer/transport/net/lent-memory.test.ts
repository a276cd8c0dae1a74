import t from 'tap';
import { TestUpstream } from '../../testing/test-upstream.js';
import { Upstream } from '../../upstreams/upstream.js';
import { createNetTransport } from './index.js';

const SIZE_BYTES = 50_000;

t.test('a chunk that is not given back is not read into again', async (t) => {
  const server = await new TestUpstream('a').start();
  server.behave = ({ url = '' }, response) => response.end(Buffer.alloc(SIZE_BYTES, url.slice(1)));
  const upstream = new Upstream({ url: server.url });
  const transport = createNetTransport({ keepAliveTimeoutMs: 1000, maxHeaderBytes: 16_384 });
  t.teardown(async () => {
    transport.close();
    await server.kill();
  });

  /** Keeps what it is lent. */
  function get(letter: string): Promise<Buffer[]> {
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      const request = { method: 'GET', path: `/${letter}`, headers: ['host', 'a'], body: null, contentLength: null };
      transport.send(upstream, request, {
        onSent() {},
        onHead() {},
        onData: (piece) => chunks.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece) > 0,
        onEnd: () => resolve(chunks),
        onSwitch: reject,
        onFailure: reject,
      });
    });
  }

  const kept = await get('a');
  await Promise.all([...'bcdefgh'].map(get));
  t.ok(Buffer.concat(kept).equals(Buffer.alloc(SIZE_BYTES, 'a')));
});
