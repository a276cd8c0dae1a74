import { request as sendRequest } from 'node:http';
import { NodeCall } from './node-call.js';
import type { Transport } from './transport.js';

/**
 * For requests that offer another protocol (WebSocket), each over a connection of its own. They are rare and long, so that
 * Node.js's own client will do, whatever carries the others.
 */
export const UPGRADES: Transport = {
  send(upstream, { method, path, headers }, handler) {
    const { hostname: host, port } = upstream;
    const outgoing = sendRequest({ host, port, method, path, headers: [...headers], agent: false, setHost: false });
    const call = new NodeCall(upstream, handler);
    outgoing.on('socket', () => call.onSocket(outgoing));
    outgoing.on('response', (response) => call.onResponse(response));
    outgoing.on('upgrade', (response, socket, first) => call.onSwitch(response, socket, first));
    outgoing.on('error', (error) => call.fail(error));
    outgoing.end();
    return call;
  },
  forget() {},
  close() {},
};
