import type { Duplex } from 'node:stream';

/** Bytes go both ways until one side ends; then the other is ended too. */
export function joinStreams(client: Duplex, upstream: Duplex, done: () => void): void {
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  for (const side of [client, upstream]) {
    side.on('error', end);
    side.on('close', end);
  }
  upstream.once('close', done);
  client.pipe(upstream);
  upstream.pipe(client);
}
