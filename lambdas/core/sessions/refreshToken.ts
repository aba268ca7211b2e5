import { randomBytes } from 'node:crypto';
import { hmacText, sha256Text } from '../common/digests.ts';
import { equalTexts } from '../common/equalTexts.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { sessionEpochOf } from './session.ts';

/** What a refresh token says. The same for every token of a session but for `generation`. */
export interface RefreshTokenFields {
  /** Names the MAC key. A session keeps the key that it began with. */
  readonly kid: string;
  readonly sub: string;
  readonly sid: string;
  readonly generation: number;
  /** 256 random bits in base64url, of which the session stores only the SHA-256. */
  readonly sessionSecret: string;
}

export interface RefreshToken extends RefreshTokenFields {
  readonly mac: string;
}

const maxLength = 512;
const kidPattern = /^[A-Za-z0-9_-]{1,32}$/;
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const generationPattern = /^(0|[1-9][0-9]{0,14})$/;
/** 32 bytes in base64url: of the last character only four bits count, the two others are zero (RFC 4648 §3.5). */
export const bytes32Pattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What the session stores of its secret: SHA-256, base64url. */
export function hashSessionSecret(sessionSecret: string): string {
  return sha256Text(sessionSecret);
}

/** `kid.sub.sid.generation.sessionSecret.MAC`. It depends on nothing else, so the same successor can be made again. */
export function encodeRefreshToken(fields: RefreshTokenFields, clientId: string, key: MacKey): string {
  if (key.kid !== fields.kid) throw new Error('a session keeps the MAC key it began with');
  const { kid, sub, sid, generation, sessionSecret } = fields;
  return [kid, sub, sid, generation, sessionSecret, macOf(fields, clientId, key)].join('.');
}

/**
 * The parts of a refresh token, unverified, or undefined when the text is not exactly what `encodeRefreshToken` makes.
 */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  if (text.length > maxLength) return undefined;
  const [kid, sub, sid, generation, sessionSecret, mac, ...rest] = text.split('.');
  if (mac === undefined || rest.length > 0) return undefined;
  if (!kid || !kidPattern.test(kid)) return undefined;
  if (!sub || !uuidPattern.test(sub)) return undefined;
  if (!sid || sessionEpochOf(sid) === undefined) return undefined;
  if (!generation || !generationPattern.test(generation)) return undefined;
  if (!sessionSecret || !bytes32Pattern.test(sessionSecret) || !bytes32Pattern.test(mac)) return undefined;
  return { kid, sub, sid, generation: Number(generation), sessionSecret, mac };
}

/** Whether the token was made here, for this client, under this key. In constant time. */
export function verifyRefreshTokenMac(token: RefreshToken, clientId: string, key: MacKey): boolean {
  return equalTexts(token.mac, macOf(token, clientId, key));
}

/** The token that a rotation of this one yields. */
export function successor(token: RefreshTokenFields): RefreshTokenFields {
  const { kid, sub, sid, generation, sessionSecret } = token;
  return { kid, sub, sid, generation: generation + 1, sessionSecret };
}

/** A JSON array of strings and a number has one reading only, so no two inputs share a MAC. */
function macOf(fields: RefreshTokenFields, clientId: string, { key }: MacKey): string {
  const { kid, sub, sid, generation, sessionSecret } = fields;
  return hmacText(
    key,
    JSON.stringify(['gatehouse refresh token 1', clientId, kid, sub, sid, generation, sessionSecret]),
  );
}
