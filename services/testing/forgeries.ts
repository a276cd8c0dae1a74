import type { StrategyTraits } from '../contract.js';
import { basicCredential, type Headers } from './clients.js';
import { DEMO_PASSWORD } from './environment.js';

/** A signed credential with something wrong in it, the well-formed ones first. */
function forgeSigned(credential: Headers): Headers[] {
  const [[header, value] = ['', '']] = Object.entries(credential);
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
  const dot = value.lastIndexOf('.');
  return [
    flip(value, dot - 5),
    flip(value, dot + 5),
    value.slice(0, dot),
    value.slice(0, dot + 1),
    value.slice(0, 10),
    '',
  ].map((forged) => ({ [header]: forged }));
}

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
  cookie: forgeSigned,
  bearer: forgeSigned,
  password: forgePasswords,
};
