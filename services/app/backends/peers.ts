import { lookup } from 'node:dns/promises';
import { SECRET_FILES } from '../../contract.js';
import { toListenError } from '../../process.js';
import { readSecret } from '../../secrets/secret-file.js';
import { formatAddress } from '../peers/members.js';
import { Mesh } from '../peers/mesh.js';
import { type Change, Replica } from '../sessions/replica.js';
import type { Backend, OpenBackend } from './backend.js';

const RESOLVE_EVERY_MS = 1000;
/** Who signs in waits no longer for peers that are slow. */
const A_LITTLE_MS = 100;

/** The other instances, and what all of them hold. */
export interface Peers extends Backend {
  readonly replica: Replica;
  /** Resolves when each that is connected has merged it or was dropped; or, for `a little`, after so long at most. Null is nothing to tell. */
  tell(change: Change | null, wait: 'a little' | 'for all'): Promise<void>;
  /**
   * Since the start: changes, one for each peer that was told; and all bytes before encryption, with what peers are told when they join, greetings
   * and acknowledgements.
   */
  sent(): { readonly messages: number; readonly bytes: number };
}

export const openPeers: OpenBackend<Peers> = async ({ peers, sessions, secretsDir }, log, now) => {
  const replica = new Replica(sessions, now);
  const secret = await readSecret(secretsDir, SECRET_FILES.peer);
  const mesh = new Mesh({ ...peers, secret }, replica, log);
  await mesh.open().catch((error) => {
    throw toListenError(error, 'PEER_PORT', peers.port);
  });
  const names = peers.dns === null ? null : followName(mesh, peers.dns);
  return {
    replica,
    async tell(change, wait) {
      const told = mesh.tell(change);
      await (wait === 'for all' ? told : atMost(A_LITTLE_MS, told));
    },
    sent: () => mesh.sent,
    isReady: () => (names?.hasBegun() ?? true) && mesh.isJoined,
    status: async () => (mesh.isWhole ? 'up' : 'down'),
    trips: () => mesh.sent.messages,
    async close() {
      names?.stop();
      await mesh.close();
    },
  };
};

function atMost(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Every address of the name is a peer. Where it does not resolve, nobody else is gone. */
function followName(mesh: Mesh, { host, port }: { readonly host: string; readonly port: number }) {
  let known: readonly string[] = [];
  let hasBegun = false;
  let timer: NodeJS.Timeout;
  let isStopped = false;
  const poll = async () => {
    const found = await lookup(host, { all: true }).catch(() => []);
    if (isStopped) return;
    if (found.length > 0) {
      const current = found.map(({ address }) => formatAddress(address, port));
      mesh.rename(known, current);
      known = current;
    }
    hasBegun = true;
    timer = setTimeout(poll, RESOLVE_EVERY_MS);
  };
  void poll();
  return {
    hasBegun: () => hasBegun,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
