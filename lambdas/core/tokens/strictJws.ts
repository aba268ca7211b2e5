import { asRecord } from '../common/strictJson.ts';
import type { AdmittedKey, SignedText } from '../keys/jwkAdmission.ts';
import { parseTokenJson } from './tokenJson.ts';
import { TokenRejected } from './tokenRejected.ts';

/** A JWS in compact serialization (RFC 7515 §7.1), decoded, unverified. */
export interface CompactJws extends SignedText {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
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
  const [headerB64, payloadB64, signatureB64, ...rest] = text.split('.', 4);
  if (!headerB64 || payloadB64 === undefined || !signatureB64 || rest.length > 0) throw new TokenRejected('malformed');
  const headerBytes = decodeCanonical(headerB64);
  const payload = decodeCanonical(payloadB64);
  const signature = decodeCanonical(signatureB64);
  return { header: parseHeader(headerBytes), headerB64, payloadB64, signatureB64, payload, signature };
}

/**
 * Verifies by the algorithm of the key, never by the token's choice (RFC 8725 §3.1).
 *
 * @throws TokenRejected
 */
export function verifyJws(jws: CompactJws, key: AdmittedKey, signatureStep: SignatureStep = awsSignatureStep): void {
  const { alg, kid } = jws.header;
  if (alg !== key.algorithm) throw new TokenRejected('algorithm', kid);
  if (kid !== key.kid) throw new TokenRejected('unknown_key', kid);
  if (jws.signature.length !== key.signatureLength) throw new TokenRejected('signature', kid);
  if (!signatureStep(jws, key)) throw new TokenRejected('signature', kid);
}

/** `aws-jwt-verify`, with the key prepared at admission. */
const awsSignatureStep: SignatureStep = (jws, key) => key.verifies(jws);

const headerMembers: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);

function parseHeader(bytes: Uint8Array): JwsHeader {
  const header = asRecord(parseTokenJson(bytes));
  if (!header || Object.keys(header).some((name) => !headerMembers.has(name))) throw new TokenRejected('header');
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || typeof kid !== 'string') throw new TokenRejected('header');
  if (typ !== undefined && typeof typ !== 'string') throw new TokenRejected('header', kid);
  return { alg, kid, typ };
}

/** Decodes canonical base64url only: no padding, white space, other alphabet or stray bits (RFC 4648 §3.5). */
function decodeCanonical(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new TokenRejected('malformed');
  return bytes;
}
