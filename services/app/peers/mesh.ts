import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { Change, Replica } from '../sessions/replica.js';
import { dialPeer } from './dial.js';
import { addressOf, type Hello, MEMBERS_LIMIT } from './frames.js';
import { Link, STALLED_AFTER_MS } from './link.js';
import { type Log, sayOnce } from './log.js';
import { type Member, Members, parseAddress } from './members.js';
import { createPeerServer } from './secure.js';

const TICK_EVERY_MS = 100;
/** Who only connects takes no peer's place, as there are more. */
const CONNECTIONS_LIMIT = 4 * MEMBERS_LIMIT;

export interface MeshOptions {
  readonly host: string;
  readonly port: number;
  /** At which others reach it; null where that is where it listens. */
  readonly address: string | null;
  readonly seeds: readonly string[];
  readonly secret: string;
}

/**
 * A connection between each two instances, over which each tells the other first everything and then each change. Whoever knows an address
 * dials it again and again; of two that dialled each other the one with the smaller name keeps its connection.
 */
export class Mesh {
  readonly #node = randomBytes(12).toString('base64url');
  readonly #options: MeshOptions;
  readonly #replica: Replica;
  readonly #log: Log;
  readonly #members = new Members(MEMBERS_LIMIT, () => performance.now());
  readonly #links = new Set<Link>();
  readonly #server: Server;
  readonly #sentBefore = { messages: 0, bytes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #isJoined = false;

  constructor(options: MeshOptions, replica: Replica, log: Log) {
    this.#options = options;
    this.#replica = replica;
    this.#log = sayOnce(log);
    this.#server = createPeerServer(options.secret, STALLED_AFTER_MS, (socket) => this.#accept(socket));
    this.#server.maxConnections = CONNECTIONS_LIMIT;
    this.#server.on('tlsClientError', (error, socket) => this.#refuse(error, socket));
    for (const seed of options.seeds) this.#members.add(seed, true);
  }

  /** Begins to listen and to dial. @throws Error of the port */
  async open(): Promise<void> {
    this.#server.listen(this.#options.port, this.#options.host);
    await once(this.#server, 'listening');
    this.#server.on('error', (error) => this.#log.warn(`peers cannot come in: ${error.message}`));
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_EVERY_MS);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Whether it has had all that each peer knew who could be reached, or found that there is none. Once true it stays so. */
  get isJoined(): boolean {
    this.#isJoined ||= this.#members.all.every(
      (member) => this.#isSelf(member) || (this.#linkOf(member)?.hasWhole ?? member.hasFailed),
    );
    return this.#isJoined;
  }

  /** Whether every peer that it knows of is connected. */
  get isWhole(): boolean {
    return this.#members.all.every(this.#isPresent);
  }

  get sent(): { readonly messages: number; readonly bytes: number } {
    const sum = { ...this.#sentBefore };
    for (const { sent } of this.#links) {
      sum.messages += sent.messages;
      sum.bytes += sent.bytes;
    }
    return sum;
  }

  /** Tells every peer. Resolves when each has merged it or is gone. Null is nothing to tell. */
  async tell(change: Change | null): Promise<void> {
    if (change === null) return;
    const json = JSON.stringify(change);
    await Promise.all([...this.#links].filter(({ isOpen }) => isOpen).map((link) => link.tell(json)));
  }

  /** Takes what a name has now in place of what it had. */
  rename(before: readonly string[], now: readonly string[]): void {
    this.#members.rename(before, now);
    this.#tick();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const link of this.#links) link.end();
    await closed;
  }

  #tick(): void {
    for (const member of this.#members.due(this.#isPresent)) this.#dial(member);
  }

  #dial(member: Member): void {
    const address = parseAddress(member.address);
    if (address === undefined) return;
    Object.assign(member, { isDialling: true, dialledMs: performance.now() });
    dialPeer(this.#options.secret, address, {
      connected: (socket) => this.#link(socket, member).greet(this.#hello()),
      failed: (why) => this.#log.warn(`peer ${member.address}: ${why}`),
      closed: () => Object.assign(member, { isDialling: false, hasFailed: true }),
    });
  }

  #accept(socket: TLSSocket): void {
    this.#link(socket, undefined).greet(this.#hello());
  }

  #link(socket: TLSSocket, dialled: Member | undefined): Link {
    let member = dialled;
    const link = new Link(
      socket,
      {
        hello: (_link, hello) => {
          member ??= this.#members.add(addressOf(hello, link.remoteAddress));
          this.#meet(link, hello, member);
        },
        merge: (change) => this.#replica.merge(change),
        closed: (_link, why) => this.#leave(link, member, why),
      },
      { isDialled: dialled !== undefined },
    );
    this.#links.add(link);
    return link;
  }

  #meet(link: Link, { node, members }: Hello, member: Member | undefined): void {
    if (member === undefined) {
      link.drop('there are too many peers');
      return;
    }
    member.node = node;
    const other = [...this.#links].find((one) => one !== link && one.isOpen && one.node === node);
    if (node === this.#node || (other && this.#loses(link, other))) {
      link.end();
      return;
    }
    if (other && this.#loses(other, link)) other.end();
    for (const address of members) if (parseAddress(address) !== undefined) this.#members.add(address);
    if (other === undefined) this.#log.info(`peer ${member.address} is there`);
    void link.tellAll(this.#replica.changes());
    this.#tick();
  }

  /** Both sides decide alike. Of two that one side has dialled, that side alone decides: it keeps the first. */
  #loses(link: Link, other: Link): boolean {
    if (link.isDialled === other.isDialled) return link.isDialled;
    const isOursSmaller = this.#node < (link.node ?? '');
    return link.isDialled !== isOursSmaller;
  }

  #leave(link: Link, member: Member | undefined, why: string | null): void {
    this.#links.delete(link);
    this.#sentBefore.messages += link.sent.messages;
    this.#sentBefore.bytes += link.sent.bytes;
    if (member !== undefined) member.hasFailed = true;
    // Of two connections to one peer the other is left.
    const isLeft = member !== undefined && this.#linkOf(member) !== undefined;
    if (why !== null && !isLeft) this.#log.warn(`peer ${member?.address ?? link.remoteAddress} is dropped: ${why}`);
  }

  /** Whoever does not know the secret, or speaks something else. */
  #refuse(error: Error, socket: TLSSocket): void {
    socket.destroy();
    const reason = 'reason' in error ? error.reason : error.message;
    this.#log.warn(`who connects from ${socket.remoteAddress ?? 'somewhere'} as a peer is refused: ${reason}`);
  }

  #hello(): Hello {
    const { address, host } = this.#options;
    const members = this.#members.all.filter((member) => this.#linkOf(member)).map((member) => member.address);
    const isAnywhere = host === '0.0.0.0' || host === '::';
    const listens = { host: isAnywhere ? '' : host, port: this.port };
    return { node: this.#node, members, ...((address !== null && parseAddress(address)) || listens) };
  }

  #isSelf = ({ node }: Member): boolean => node === this.#node;
  #isPresent = (member: Member): boolean => this.#isSelf(member) || this.#linkOf(member) !== undefined;

  #linkOf({ node }: Member): Link | undefined {
    return node === null ? undefined : [...this.#links].find((link) => link.isOpen && link.node === node);
  }
}
