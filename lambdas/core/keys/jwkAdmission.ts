import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { assertIsSignatureJwk } from 'aws-jwt-verify/jwk';
import * as z from 'zod/mini';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { derSignature } from './derSignature.ts';
import { kidOf, publicHalf } from './jwk.ts';
import { rsaWeakness } from './rsaAdmission.ts';

/** What was signed, the bytes as they came, and the signature. */
export interface SignedBytes {
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** A public key that may verify tokens. It is checked once, when the key set is read. */
export interface AdmittedKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Octets of every signature of this key. */
  readonly signatureLength: number;
  /** Whether the signature is this key's, given that it is as long as one. */
  verifies(signed: SignedBytes): boolean;
}

export interface AdmittedKeySet {
  readonly keys: ReadonlyMap<string, AdmittedKey>;
  readonly refused: readonly { readonly kid: string | undefined; readonly reason: string }[];
}

const number = z.base64url().check(z.minLength(1));
const common = {
  kid: z.string().check(z.minLength(1), z.maxLength(128)),
  use: z.optional(z.literal('sig')),
  key_ops: z.optional(z.tuple([z.literal('verify')])),
};
/** Strict: a private member, a certificate or a URL has no place in a key that verifies. */
const candidateSchema = z.union([
  z.strictObject({ ...common, kty: z.literal('RSA'), alg: z.literal('RS256'), n: number, e: number }),
  z.strictObject({
    ...common,
    kty: z.literal('EC'),
    alg: z.literal('ES256'),
    crv: z.literal('P-256'),
    x: number.check(z.length(43)),
    y: number.check(z.length(43)),
  }),
]);

/**
 * The keys of a set that may be used. Unfit keys are left out, and so are keys that share a `kid`: the `kid` of a token
 * must name one key.
 */
export function admitKeySet(jwks: readonly unknown[]): AdmittedKeySet {
  const keys = new Map<string, AdmittedKey>();
  const refused: { kid: string | undefined; reason: string }[] = [];
  const kids = jwks.map(kidOf);
  for (const [index, jwk] of jwks.entries()) {
    const kid = kids[index];
    const isAmbiguous = kid !== undefined && kids.indexOf(kid) !== kids.lastIndexOf(kid);
    const outcome = isAmbiguous ? 'duplicate kid' : admitKey(jwk);
    if (typeof outcome === 'string') refused.push({ kid, reason: outcome });
    else keys.set(outcome.kid, outcome);
  }
  return { keys, refused };
}

/** The key, or the reason why it may not verify tokens. */
export function admitKey(jwk: unknown): AdmittedKey | string {
  const parsed = candidateSchema.safeParse(jwk);
  if (!parsed.success) return 'not a public RS256 or ES256 key';
  const candidate = parsed.data;
  if (candidate.kty === 'RSA') {
    const weakness = rsaWeakness(Buffer.from(candidate.n, 'base64url'), Buffer.from(candidate.e, 'base64url'));
    if (weakness) return weakness;
  }
  const publicKey = prepare(candidate);
  if (!publicKey) return 'not a key';
  const isEc = candidate.kty === 'EC';
  return {
    kid: candidate.kid,
    algorithm: candidate.alg,
    signatureLength: isEc ? 64 : Buffer.from(candidate.n, 'base64url').length,
    // The bare key: in an object with options, Node.js prepares it again at each call. So DER and no `dsaEncoding`.
    verifies: ({ signingInput, signature }) =>
      verify('sha256', signingInput, publicKey, isEc ? derSignature(signature) : signature),
  };
}

/** Undefined for what is no key, as an EC point that is not on the curve. */
function prepare(candidate: z.infer<typeof candidateSchema>): KeyObject | undefined {
  try {
    const jwk = publicHalf({ ...candidate, use: 'sig' });
    assertIsSignatureJwk(jwk);
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}
