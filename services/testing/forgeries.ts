import { COOKIE_FORGERIES, forgeCookie } from '../attacks/cookies.js';
import { TokenForger } from '../attacks/token-forger.js';
import { TOKEN_FORGERIES } from '../attacks/tokens.js';
import type { StrategyTraits } from '../contract.js';
import { basicCredential, type Headers } from './clients.js';
import { DEMO_PASSWORD } from './environment.js';

/** Whose key signs nothing that instances accept. */
const outsider = new TokenForger('HS256', { kty: 'oct', k: Buffer.from('a guess').toString('base64url') });

function forgeTokens({ authorization = '' }: Headers): Headers[] {
  return TOKEN_FORGERIES.flatMap((forgery) => {
    const forged = outsider.forge(forgery, authorization.replace('Bearer ', ''), Date.now());
    return forged === undefined ? [] : { authorization: `Bearer ${forged}` };
  });
}

const forgeCookies = ({ cookie = '' }: Headers): Headers[] =>
  COOKIE_FORGERIES.map((forgery) => ({ cookie: forgeCookie(forgery, cookie) }));

/** Names and passwords that are not right, or not what RFC 7617 allows. */
function forgePasswords(): Headers[] {
  const encode = (text: string | Buffer) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  return [
    basicCredential('user1', `${DEMO_PASSWORD}x`),
    basicCredential('nobody', DEMO_PASSWORD),
    basicCredential('user1', ''),
    basicCredential('', DEMO_PASSWORD),
    basicCredential('user1\0', DEMO_PASSWORD),
    basicCredential('user1', `${DEMO_PASSWORD}\n`),
    basicCredential('user1', 'x'.repeat(1001)),
    basicCredential('x'.repeat(101), DEMO_PASSWORD),
    encode('user1'),
    encode(Buffer.from([0xff, 0x3a, 0xff])),
    encode(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(`user1:${DEMO_PASSWORD}`)])),
    { authorization: `Basic user1:${DEMO_PASSWORD}` },
    { authorization: 'Basic' },
    { authorization: '' },
  ];
}

/** By the kind of a strategy's credential. */
export const FORGERIES: Readonly<Record<StrategyTraits['credential'], (credential: Headers) => Headers[]>> = {
  cookie: forgeCookies,
  bearer: forgeTokens,
  password: forgePasswords,
};
