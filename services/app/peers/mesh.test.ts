import { once } from 'node:events';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { findFreePort, until } from '../../testing/processes.js';
import { startProxy } from '../../testing/proxy.js';
import { Replica } from '../sessions/replica.js';
import { formatAddress } from './members.js';
import { Mesh } from './mesh.js';
import { connectPeer } from './secure.js';

const SECRET = 'a secret for tests only';
const LOOPBACK = '127.0.0.1';

interface Given {
  readonly seeds?: readonly string[];
  readonly secret?: string;
  readonly port?: number;
  readonly address?: string;
}

/** An instance as far as others know it. */
async function start(t: Test, { seeds = [], secret = SECRET, port = 0, address }: Given = {}) {
  const replica = new Replica({ ttlSeconds: 100, limit: 10_000 }, Date.now);
  const lines: string[] = [];
  const log = { info: () => {}, warn: (line: string) => void lines.push(line) };
  const options = { host: LOOPBACK, port, address: address ?? null, seeds, secret };
  const mesh = new Mesh(options, replica, log);
  await mesh.open();
  t.teardown(() => mesh.close());
  const knows = (id: string) => replica.get(id) !== null;
  return { mesh, replica, lines, knows, address: formatAddress(LOOPBACK, mesh.port) };
}
type Peer = Awaited<ReturnType<typeof start>>;

const signIn = ({ mesh, replica }: Peer, id: string) => mesh.tell(replica.begin(id, 1, '{}'));
const untilWhole = (...peers: readonly Peer[]) =>
  until(async () => peers.every(({ mesh }) => mesh.isJoined && mesh.isWhole));
const messagesOf = (peers: readonly Peer[]) => peers.reduce((sum, { mesh }) => sum + mesh.sent.messages, 0);

/** So many that were started together, each knowing the addresses of all. */
async function startTogether(t: Test, count: number): Promise<Peer[]> {
  const ports = await Promise.all(Array.from({ length: count }, findFreePort));
  const seeds = ports.map((port) => formatAddress(LOOPBACK, port));
  const peers = await Promise.all(ports.map((port) => start(t, { port, seeds })));
  await untilWhole(...peers);
  return peers;
}

for (const count of [2, 4, 6]) {
  t.test(
    `a login takes a message to each other of ${count}, and is known by all once they have merged it`,
    async (t) => {
      const peers = await startTogether(t, count);
      const before = messagesOf(peers);
      for (const [at, peer] of peers.entries()) {
        await signIn(peer, `${at}`);
        t.ok(
          peers.every(({ knows }) => knows(`${at}`)),
          `at all after ${at}`,
        );
      }
      t.equal(messagesOf(peers) - before, count * (count - 1));
      t.same(
        peers.flatMap(({ lines }) => lines),
        [],
      );
    },
  );
}

t.test('who joins under load by one address finds all, and has all once it is ready', async (t) => {
  const [first, second] = (await startTogether(t, 2)) as [Peer, Peer];
  for (let i = 0; i < 3000; i++) await Promise.all([signIn(first, `a${i}`), i < 500 && signIn(second, `b${i}`)]);
  await first.mesh.tell(first.replica.end('a0'));
  let isLoading = true;
  let begun = 0;
  const loading = [first, second].map(async (peer, at) => {
    for (let i = 0; isLoading; i++, begun++) await signIn(peer, `c${at} ${i}`);
  });
  const joins = await start(t, { seeds: [first.address] });
  t.notOk(joins.mesh.isJoined);
  await until(async () => joins.mesh.isJoined);
  t.ok(joins.knows('a1') && joins.knows('a2999') && joins.knows('b499'));
  isLoading = false;
  await Promise.all(loading);
  await untilWhole(first, second, joins);
  t.ok(begun > 0);
  t.equal(joins.replica.size, first.replica.size);
  // A copy of the session that was under way when it ended.
  joins.replica.merge({ id: 'a0', userId: 1, text: '{}', begun: 1, written: 1, leftMs: 1000 });
  t.notOk(joins.knows('a0'), 'what has ended stays so where it was never known');
});

t.test('another secret, or none: refused in one line, and nothing else is harmed', async (t) => {
  const [first, second] = (await startTogether(t, 2)) as [Peer, Peer];
  const stranger = await start(t, { seeds: [first.address], secret: 'a guess' });
  await until(async () => first.lines.length > 0 && stranger.lines.length > 0);
  t.ok(stranger.mesh.isJoined, 'to it nobody is there');
  await signIn(first, 'a');
  t.ok(second.knows('a') && !stranger.knows('a'));
  const socket = connect(first.mesh.port, LOOPBACK);
  socket.on('error', () => {});
  socket.end('GET / HTTP/1.1\r\n\r\n');
  await once(socket.resume(), 'close');
  await until(async () => first.lines.length === 2);
  t.match(first.lines, [/^who connects from 127.0.0.1 as a peer is refused: /, /^who connects from/]);
  await signIn(second, 'b');
  t.ok(first.knows('b'));
});

const framed = (json: string) => {
  const frame = Buffer.alloc(4 + json.length, json);
  frame.writeUInt32BE(json.length);
  return Buffer.concat([frame.subarray(0, 4), Buffer.from(json)]);
};
const HELLO = framed('{"node":"x","host":"","port":1,"members":[]}');
const RUBBISH: readonly (readonly [what: string, bytes: Buffer, why: RegExp])[] = [
  ['too long', Buffer.from([0x7f, 0, 0, 0]), /a frame of 2130706432 bytes/],
  ['no JSON', framed('{"n":'), /what is no JSON/],
  ['of another kind', framed('{"n":1,"changes":[{"ended":"a"}]}'), /another kind/],
  ['no greeting', framed('{"n":1,"changes":[]}'), /no greeting first/],
  ['two greetings', Buffer.concat([HELLO, HELLO]), /a second greeting/],
];
t.test('a peer that knows the secret and sends rubbish is dropped in one line', async (t) => {
  const [first, second] = (await startTogether(t, 2)) as [Peer, Peer];
  for (const [what, bytes, why] of RUBBISH) {
    first.lines.length = 0;
    const socket = connectPeer(SECRET, { host: LOOPBACK, port: first.mesh.port });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    socket.write(bytes);
    await once(socket.resume(), 'close');
    await until(async () => first.lines.length > 0);
    t.match(first.lines, [why], what);
  }
  await signIn(second, 'a');
  t.ok(first.knows('a'));
});

t.test(
  'in a partition each half serves what it knows; when they meet, what has ended in one ends in both',
  async (t) => {
    const ports = [await findFreePort(), await findFreePort()] as const;
    const proxies = await Promise.all(ports.map((port) => startProxy(t, port)));
    const seeds = proxies.map(({ address }) => address);
    const [left, right] = (await Promise.all(
      ports.map((port, at) => start(t, { port, seeds, address: seeds[at] ?? '' })),
    )) as [Peer, Peer];
    await untilWhole(left, right);
    for (const id of ['logged out', 'revoked', 'stays']) await signIn(left, id);
    await left.mesh.tell(left.replica.begin('renewed', 2, '{}'));

    for (const proxy of proxies) proxy.cut();
    // It resolves when the other one is given up.
    await left.mesh.tell(left.replica.end('logged out'));
    t.ok(right.knows('logged out') && !left.knows('logged out'));
    await Promise.all([signIn(left, 'at left'), right.mesh.tell(right.replica.begin('at right', 3, '{}'))]);
    t.ok(!right.knows('at left') && !left.knows('at right'));
    right.replica.rewrite('logged out', '{"cart":[]}', { renews: true });
    await right.mesh.tell(right.replica.revoke(1));
    left.replica.rewrite('renewed', '{"cart":["later"]}', { renews: true });

    for (const proxy of proxies) proxy.mend();
    await untilWhole(left, right);
    // Each tells the other all that it knows: the ends first, and the sessions after them.
    const later = '{"cart":["later"]}';
    const hasAll = ({ knows, replica }: Peer) => knows('at right') && replica.get('renewed')?.text === later;
    await until(async () => hasAll(left) && hasAll(right));
    for (const { knows, replica } of [left, right]) {
      t.notOk(knows('logged out') || knows('revoked') || knows('stays'));
      t.ok(knows('at right') && knows('renewed'));
      t.equal(replica.get('renewed')?.text, later);
    }
  },
);
