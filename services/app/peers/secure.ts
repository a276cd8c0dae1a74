import { hkdfSync } from 'node:crypto';
import { connect, createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';

const IDENTITY = 'authscale-peer';
/**
 * Both sides have to know the key (RFC 5489), which no other suite of TLS 1.2 that is left asks for; what is recorded stays secret even to who
 * learns it later. A record that was changed, left out or sent again ends the connection.
 */
const OPTIONS = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
} as const satisfies TlsOptions;

const keyOf = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', IDENTITY, 32));

export function createPeerServer(secret: string, handshakeTimeout: number, take: (socket: TLSSocket) => void): Server {
  const key = keyOf(secret);
  return createServer({ ...OPTIONS, handshakeTimeout, pskCallback: () => key }, take);
}

/** @returns the socket, which emits `secureConnect` once the other side has shown that it knows the secret */
export function connectPeer(
  secret: string,
  { host, port }: { readonly host: string; readonly port: number },
): TLSSocket {
  const psk = keyOf(secret);
  // There is no certificate whose name could be checked.
  return connect({
    ...OPTIONS,
    host,
    port,
    pskCallback: () => ({ psk, identity: IDENTITY }),
    checkServerIdentity: () => undefined,
  });
}
