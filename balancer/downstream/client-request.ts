import { IncomingMessage } from 'node:http';
import { upgradeOffer } from '../http/upgrade-offer.js';
import { isBusy } from './pipeline.js';

const { _dump: dump } = IncomingMessage.prototype as IncomingMessage & { _dump(): void };

/**
 * A client's request. Node.js asks its `upgrade` whether the connection is to be handed over. Where that would be wrong (a body to
 * come, an earlier response that has the connection, nothing on offer that an instance may take) the offer is ignored: RFC 9110, section 7.8 allows it.
 */
export class ClientRequest extends IncomingMessage {
  /** Not initialised here: Node.js sets `upgrade` in its own constructor, before the fields of this class. */
  declare offersUpgrade: boolean | null;

  /** Node.js would have a request that nobody has read run to its end: several more calls, each in a tick of its own. */
  _dump(): void {
    if (!this.complete || this.readableLength > 0) dump.call(this);
  }

  get upgrade(): boolean {
    // A CONNECT is refused in its turn like any request.
    if (this.offersUpgrade !== true || this.method === 'CONNECT') return false;
    const { 'content-length': length = '0', 'transfer-encoding': encoding, upgrade } = this.headers;
    return length === '0' && encoding === undefined && !isBusy(this.socket) && upgradeOffer(upgrade) !== '';
  }

  set upgrade(offered: boolean | null) {
    this.offersUpgrade = offered;
  }
}
