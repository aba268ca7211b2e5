import { asRecord } from '../common/strictJson.ts';
import type { AdmittedKey, SignedBytes } from '../keys/jwkAdmission.ts';
import { parseTokenJson } from './tokenJson.ts';
import { TokenRejected } from './tokenRejected.ts';

/** A JWS in compact serialization (RFC 7515 §7.1), decoded, unverified. */
export interface CompactJws extends SignedBytes {
  readonly header: JwsHeader;
  readonly headerB64: string;
  readonly payload: Buffer;
}

export interface JwsHeader {
  readonly alg: string;
  readonly kid: string;
  readonly typ: string | undefined;
}

/** Whether the signature over the JWS signing input is the key's. It checks nothing else. */
export type SignatureStep = (jws: CompactJws, key: AdmittedKey) => boolean;

const maxLength = 8192;

/**
 * Parses a text with exactly one reading: three parts, canonical base64url, a header of `alg`, `kid` and `typ` only. So
 * `crit`, `b64`, `zip`, `cty` and every way to bring a key along (`jwk`, `jku`, `x5u`, `x5c`, `x5t`) are refused
 * without being read.
 *
 * @throws TokenRejected
 */
export function parseCompactJws(text: string): CompactJws {
  if (text.length > maxLength) throw new TokenRejected('too_large');
  const bytes = Buffer.from(text);
  // Not ASCII: the decoder takes the low octet of such a character, as that of `Ł` for `A`.
  if (bytes.length !== text.length) throw new TokenRejected('malformed');
  const headerEnd = text.indexOf('.');
  const payloadEnd = text.indexOf('.', headerEnd + 1);
  const isOfThree = headerEnd > 0 && payloadEnd > 0 && payloadEnd < text.length - 1;
  if (!isOfThree) throw new TokenRejected('malformed');
  const headerB64 = text.slice(0, headerEnd);
  const header = knownHeaders.get(headerB64) ?? parseHeader(decodeCanonical(headerB64));
  const payload = decodeCanonical(text.slice(headerEnd + 1, payloadEnd));
  // A fourth part is refused here: a dot is no base64url.
  const signature = decodeCanonical(text.slice(payloadEnd + 1));
  return { header, headerB64, signingInput: bytes.subarray(0, payloadEnd), payload, signature };
}

/**
 * Verifies by the algorithm of the key, never by the token's choice (RFC 8725 §3.1).
 *
 * @throws TokenRejected
 */
export function verifyJws(jws: CompactJws, key: AdmittedKey, signatureStep: SignatureStep = ownSignatureStep): void {
  const { alg, kid } = jws.header;
  if (alg !== key.algorithm) throw new TokenRejected('algorithm', kid);
  if (kid !== key.kid) throw new TokenRejected('unknown_key', kid);
  if (jws.signature.length !== key.signatureLength) throw new TokenRejected('signature', kid);
  if (!signatureStep(jws, key)) throw new TokenRejected('signature', kid);
  remember(jws);
}

/** With the key as it was prepared at admission. */
const ownSignatureStep: SignatureStep = (jws, key) => key.verifies(jws);

/**
 * Headers, encoded, of tokens whose signature was good, with what `parseHeader` says of them: all tokens of a key have
 * the same one. Nothing else of a token is kept, and nobody without a key puts anything here.
 */
const knownHeaders = new Map<string, JwsHeader>();
const mostHeaders = 16;

function remember({ headerB64, header }: CompactJws): void {
  if (knownHeaders.has(headerB64)) return;
  if (knownHeaders.size >= mostHeaders) knownHeaders.clear();
  knownHeaders.set(headerB64, header);
}

const headerMembers: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

function parseHeader(bytes: Buffer): JwsHeader {
  const header = asRecord(parseTokenJson(bytes));
  if (!header || Object.keys(header).some((name) => !headerMembers.has(name))) throw new TokenRejected('header');
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || typeof kid !== 'string') throw new TokenRejected('header');
  if (typ !== undefined && typeof typ !== 'string') throw new TokenRejected('header', kid);
  return { alg, kid, typ };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** By the length of the text, modulo 4: the bits of its last character that no octet gets. */
const spareBits: readonly number[] = [0, 0, 0b1111, 0b11];

/**
 * Decodes canonical base64url only: no padding, white space, other alphabet or stray bits (RFC 4648 §3.5). The decoder
 * passes over what it does not know, and then there are octets too few; `+` and `/` it takes.
 */
function decodeCanonical(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  const rest = text.length % 4;
  const isWhole = rest !== 1 && bytes.length === Math.floor((text.length * 3) / 4);
  const stray = alphabet.indexOf(text.charAt(text.length - 1)) & (spareBits[rest] ?? 0);
  if (!isWhole || stray !== 0 || text.includes('+') || text.includes('/')) throw new TokenRejected('malformed');
  return bytes;
}
