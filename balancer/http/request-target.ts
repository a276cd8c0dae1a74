import { BadRequest } from '../errors.js';

/** The longest domain name and a port. It is passed on three times, so a longer one would blow up the request. */
const MAX_HOST_LENGTH = 261;
const ORIGIN_FORM = /^\/[!-"$-~]*$/;
/** reg-name, IPv4 or bracketed IPv6, and a port (RFC 9110, section 7.2). */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-fA-F:.]+\])(?::\d{0,5})?$/;

/** The request-target in origin form (RFC 9112, section 3.2), checked against Host. Throws BadRequest. */
export function readTarget(url: string, host: string | undefined): string {
  if (host !== undefined && (host.length > MAX_HOST_LENGTH || !HOST.test(host)))
    throw new BadRequest('a Host that is no host');
  if (ORIGIN_FORM.test(url)) return url;
  const absolute = /^http:\/\/([^/?#]+)(\/[^#]*|\?[^#]*)?$/i.exec(url);
  if (absolute === null) throw new BadRequest('a request target that is no path');
  const [, authority, rest = '/'] = absolute;
  if (withoutDefaultPort(authority) !== withoutDefaultPort(host))
    throw new BadRequest('a request target at odds with Host');
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (!ORIGIN_FORM.test(path)) throw new BadRequest('a request target that is no path');
  return path;
}

function withoutDefaultPort(authority: string | undefined): string | undefined {
  return authority?.toLowerCase().replace(/:(80)?$/, '');
}
