import type { TransportName } from '../contract.js';
import { createHttpProxyTransport } from './http-proxy.js';
import { createNetTransport } from './net/index.js';
import type { Transport, TransportOptions } from './transport.js';
import { createUndiciTransport } from './undici.js';

export const TRANSPORT_FACTORIES: Readonly<Record<TransportName, (options: TransportOptions) => Transport>> = {
  net: createNetTransport,
  undici: createUndiciTransport,
  'http-proxy': createHttpProxyTransport,
};
