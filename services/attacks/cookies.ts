/** What is done to a good session cookie that must not be accepted. The tests of services and the claims of the bench try the same. */
import { createHmac, randomBytes } from 'node:crypto';

/** A cookie is `<id>.<signature>`. */
type CookiePart =
  | 'id'
  | 'id flipped'
  | 'an id of his own'
  | 'signature'
  | 'signature flipped'
  | 'signature cut'
  | 'a signature of his own'
  | 'nothing';

export interface CookieForgery {
  readonly name: string;
  /** Joined by dots. */
  readonly parts: readonly CookiePart[];
}

export const COOKIE_FORGERIES: readonly CookieForgery[] = [
  { name: 'id changed', parts: ['id flipped', 'signature'] },
  { name: 'id guessed', parts: ['an id of his own', 'signature'] },
  { name: 'id guessed and signed', parts: ['an id of his own', 'a signature of his own'] },
  { name: 'signed with another secret', parts: ['id', 'a signature of his own'] },
  { name: 'signature flipped', parts: ['id', 'signature flipped'] },
  { name: 'signature cut', parts: ['id', 'signature cut'] },
  { name: 'signature empty', parts: ['id', 'nothing'] },
  { name: 'signature missing', parts: ['id'] },
  { name: 'signature twice', parts: ['id', 'signature', 'signature'] },
  { name: 'id empty', parts: ['nothing', 'signature'] },
  { name: 'empty', parts: ['nothing'] },
];

const FORMS: Readonly<Record<CookiePart, (id: string, signature: string) => string>> = {
  id: (id) => id,
  'id flipped': (id) => flip(id),
  'an id of his own': () => randomBytes(24).toString('base64url'),
  signature: (_, signature) => signature,
  'signature flipped': (_, signature) => flip(signature),
  'signature cut': (_, signature) => cut(signature),
  'a signature of his own': (id) => createHmac('sha256', 'a guess').update(id).digest('base64url'),
  nothing: () => '',
};

/** @param good the `Cookie` header of one cookie */
export function forgeCookie({ parts }: CookieForgery, good: string): string {
  const [name = '', value = ''] = good.split('=');
  const endOfId = value.lastIndexOf('.');
  const [id, signature] = [value.slice(0, endOfId), value.slice(endOfId + 1)];
  return `${name}=${parts.map((part) => FORMS[part](id, signature)).join('.')}`;
}

/** The same but for its first character, so that it stands for other bytes in base64url, too. */
export const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

export const cut = (text: string): string => text.slice(0, text.length / 2);
