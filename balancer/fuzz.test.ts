import { connect } from 'node:net';
import t from 'tap';
import { TRANSPORTS } from './contract.js';
import { seeded } from './testing/prng.js';
import { TestBalancer, TestUpstream } from './testing/test-cluster.js';

/** `node dist/balancer/fuzz.test.js 100000 7` sends that many over each transport, from that seed. */
const [requestCount = 500, seed = 1] = process.argv.slice(2).map(Number);
const CONCURRENCY = 32;

const TEMPLATES = [
  'GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nCookie: a=1; authscale_upstream=0123456789ab.xyz\r\n\r\n',
  'POST /sticky/login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello',
  'DELETE /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x85\x01\x02\x03\x04abcde',
  'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\nOPTIONS /3 HTTP/1.0\r\n\r\n',
];
const TOKENS = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: y\r\n',
  'Connection: close, host\r\n',
  'HTTP/1.1',
  'HTTP/0.9',
  '0\r\n\r\n',
  'fffffffff\r\n',
  '-1',
  '\xff\xfe',
  '%00',
  '../',
  'a'.repeat(17_000),
];

function mutate(random: () => number): string {
  const pick = <V>(list: readonly V[]) => list[Math.floor(random() * list.length)] as V;
  let text = pick(TEMPLATES);
  for (let n = Math.floor(random() * 4); n >= 0; n--) {
    const at = Math.floor(random() * text.length);
    const end = at + Math.floor(random() * 8);
    text = pick([
      () => text.slice(0, at) + pick(TOKENS) + text.slice(at),
      () => text.slice(0, at) + text.slice(end),
      () => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
      () => text.slice(0, at),
      () => text.slice(0, end) + text.slice(at),
      () => text + pick(TEMPLATES),
    ])();
  }
  return text;
}

/** Sends it, waits for a first answer or a moment (most mutations leave the balancer waiting for more), and leaves. */
function sendAndLeave(port: number, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const timer = setTimeout(() => socket.destroy(), 10);
    socket.on('data', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

t.setTimeout(3_600_000);

for (const transport of TRANSPORTS) {
  t.test(`${requestCount} mutated requests over ${transport} break nothing`, { timeout: 3_600_000 }, async (t) => {
    const upstream = await new TestUpstream('a').start();
    t.teardown(() => upstream.kill());
    const malformed: string[] = [];
    upstream.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      // A request cut off where its client left is no fault; one that does not parse is.
      if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE') malformed.push(error.code);
      socket.destroy();
    });
    const balancer = await TestBalancer.start(transport, [upstream.spec], { EJECT_AFTER_FAILURES: '1000000' });
    const random = seeded(seed);
    let left = requestCount;
    async function work(): Promise<void> {
      while (left-- > 0) {
        await sendAndLeave(balancer.port, mutate(random));
        upstream.received.length = 0;
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    t.equal((await balancer.send('/')).status, 200, 'the next good request is answered');
    t.strictSame(malformed, [], 'the instance was sent nothing malformed');
    await balancer.until(
      ({ inFlight, upstreams }) => inFlight === 0 && upstreams.every((known) => known.inFlight === 0),
    );
    // Ends only when no client connection is left.
    await balancer.close();
  });
}
