/** What is done to a good token that must not be accepted. The tests of services and the claims of the bench try the same. */

/** Joined by dots. `nothing` is an empty part. */
export type TokenPart = 'header' | 'claims' | 'signature' | 'signature flipped' | 'signature cut' | 'nothing';

/**
 * `its key` is that of the token: no outsider has it, so that nothing but header and claims is wrong. Public keys have no part in HS256, so
 * there they sign nothing.
 */
export type TokenSigner =
  | 'nobody anew'
  | 'its key'
  | 'another key'
  | 'a key that it brings along'
  | 'the public JWK as a secret'
  | 'the public PEM as a secret'
  | 'the public DER as a secret'
  | 'the public number as a secret';

type Changes = Readonly<Record<string, unknown>>;

export interface TokenForgery {
  readonly name: string;
  readonly signedBy: TokenSigner;
  /** Members that differ from those of the good token; undefined removes one. */
  readonly header?: Changes;
  readonly claims?: Changes;
  /** The same for times, in seconds from now on. Beyond any clock tolerance that can be set. */
  readonly times?: Readonly<Partial<Record<'iat' | 'exp' | 'nbf', number>>>;
  readonly parts?: readonly TokenPart[];
}

const YEAR_SECONDS = 31_536_000;
const ADMIN: Changes = { role: 'admin' };

/** Who does not know the key changes a token, or takes it to pieces. */
const CHANGED: readonly Omit<TokenForgery, 'signedBy'>[] = [
  { name: 'role changed', claims: ADMIN },
  { name: 'subject changed', claims: { sub: '999' } },
  { name: 'expiry changed', times: { exp: YEAR_SECONDS } },
  { name: 'signature flipped', parts: ['header', 'claims', 'signature flipped'] },
  { name: 'signature cut', parts: ['header', 'claims', 'signature cut'] },
  { name: 'signature empty', parts: ['header', 'claims', 'nothing'] },
  { name: 'signature missing', parts: ['header', 'claims'] },
  { name: 'signature twice', parts: ['header', 'claims', 'signature', 'signature'] },
  { name: 'claims empty', parts: ['header', 'nothing', 'signature'] },
  { name: 'claims twice', parts: ['header', 'claims', 'claims', 'signature'] },
  { name: 'header empty', parts: ['nothing', 'claims', 'signature'] },
  { name: 'header missing', parts: ['claims', 'signature'] },
  { name: 'nothing but dots', parts: ['nothing', 'nothing', 'nothing'] },
  { name: 'alg none with a signature', header: { alg: 'none' }, claims: ADMIN },
  // RFC 8725 section 3.2: verifiers have taken one spelling for refused and another for good.
  ...['none', 'None', 'NONE', 'nOnE', ''].map(
    (alg): Omit<TokenForgery, 'signedBy'> => ({
      name: `alg ${alg || 'empty'}`,
      header: { alg },
      claims: ADMIN,
      parts: ['header', 'claims', 'nothing'],
    }),
  ),
];

/** RFC 8725 section 2.1: an attacker's own keys, and the public one where a verifier lets the token choose HMAC. */
const SIGNED_OTHERWISE: readonly TokenForgery[] = [
  { name: 'another key', signedBy: 'another key' },
  { name: 'a key in the header', signedBy: 'a key that it brings along' },
  ...(['JWK', 'PEM', 'DER', 'number'] as const).map(
    (form): TokenForgery => ({
      name: `HS256 with the public ${form}`,
      signedBy: `the public ${form} as a secret`,
      header: { alg: 'HS256' },
      claims: ADMIN,
    }),
  ),
];

/** The right key, the wrong header: RFC 8725 sections 3.1, 3.10 and 3.11, RFC 7515 section 4.1.11. */
const HEADERS: Readonly<Record<string, Changes>> = {
  'alg HS512': { alg: 'HS512' },
  'alg ES384': { alg: 'ES384' },
  'alg missing': { alg: undefined },
  'another typ': { typ: 'JWT' },
  'typ missing': { typ: undefined },
  'another kid': { kid: 'another' },
  'a path as kid': { kid: '../../../../dev/null' },
  'kid missing': { kid: undefined },
  'unknown crit': { crit: ['x'], x: 1 },
  'payload not encoded': { crit: ['b64'], b64: false },
};

/** The right key, the wrong claims: RFC 9068 sections 2.2 and 4, RFC 8725 sections 3.8 and 3.9. */
const CLAIMS: Readonly<Record<string, Changes>> = {
  'exp missing': { exp: undefined },
  'iat missing': { iat: undefined },
  'another issuer': { iss: 'someone' },
  'issuer missing': { iss: undefined },
  'another audience': { aud: 'someone' },
  'audience missing': { aud: undefined },
  'subject missing': { sub: undefined },
  'subject no user id': { sub: 'user7' },
  'id missing': { jti: undefined },
  'id no text': { jti: 1 },
  'unknown role': { role: 'root' },
  'name missing': { username: undefined },
  'another client': { client_id: 'another' },
  'client missing': { client_id: undefined },
  'scope no text': { scope: ['read'] },
  'session no text': { sid: 1 },
};

const TIMES: Readonly<Record<string, TokenForgery['times']>> = {
  expired: { iat: -180, exp: -120 },
  'not yet valid': { nbf: 120 },
  'issued in the future': { iat: 120 },
  'older than its kind can be': { iat: -YEAR_SECONDS, exp: YEAR_SECONDS },
};

export const TOKEN_FORGERIES: readonly TokenForgery[] = [
  ...CHANGED.map((forgery): TokenForgery => ({ ...forgery, signedBy: 'nobody anew' })),
  ...SIGNED_OTHERWISE,
  ...Object.entries(HEADERS).map(([name, header]): TokenForgery => ({ name, header, signedBy: 'its key' })),
  ...Object.entries(CLAIMS).map(([name, claims]): TokenForgery => ({ name, claims, signedBy: 'its key' })),
  ...Object.entries(TIMES).map(
    ([name, times]): TokenForgery => ({ name, ...(times && { times }), signedBy: 'its key' }),
  ),
];

/** Nothing is wrong with it: it must be accepted, or else what is refused beside it was refused because whoever forges cannot sign. */
export const SIGNED_AGAIN: TokenForgery = { name: 'signed again', signedBy: 'its key' };
