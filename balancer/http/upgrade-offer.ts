const PROTOCOL = /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/;

/**
 * What a client offers to switch to, as it goes on to an instance: without h2c, which RFC 9113 has dropped (an instance that took
 * it would be talked to past every rule here), and without what names no protocol. Empty where nothing is left: a server may
 * ignore an Upgrade (RFC 9110, section 7.8).
 */
export function upgradeOffer(upgrade: string | undefined): string {
  return (upgrade ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => PROTOCOL.test(protocol) && !/^h2c?(?:\/|$)/i.test(protocol))
    .join(', ');
}
