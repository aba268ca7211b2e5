import { createPublicKey } from 'node:crypto';
import { JwtVerifierBase } from 'aws-jwt-verify/jwt-verifier';
import * as z from 'zod/mini';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { kidOf, type PublicJwk, publicHalf } from './jwk.ts';
import { rsaWeakness } from './rsaAdmission.ts';

/** The three parts of a compact JWS as they were sent. */
export interface SignedText {
  readonly headerB64: string;
  readonly payloadB64: string;
  readonly signatureB64: string;
}

/** A public key that may verify tokens. It is checked once, when the key set is read. */
export interface AdmittedKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Octets of every signature of this key. */
  readonly signatureLength: number;
  /** Whether the signature is this key's. */
  verifies(jws: SignedText): boolean;
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
  try {
    // Refuses an EC point that is not on the curve.
    createPublicKey({ key: candidate, format: 'jwk' });
  } catch {
    return 'not a key';
  }
  const verifier = new SingleKeyVerifier(publicHalf({ ...candidate, use: 'sig' }));
  return {
    kid: candidate.kid,
    algorithm: candidate.alg,
    signatureLength: candidate.kty === 'RSA' ? Buffer.from(candidate.n, 'base64url').length : 64,
    verifies: (jws) => verifier.verifies(jws),
  };
}

interface Expected extends Record<string, unknown> {
  issuer: string;
  audience: null;
}

/** The issuer is the name under which the library keeps the prepared key; our own check of the claim comes later. */
const issuer = 'urn:gatehouse';
const expected: Expected = { issuer, audience: null };

/**
 * `aws-jwt-verify`, reduced to the signature. We parse header and claims ourselves, more strictly, and hand them over;
 * the library judges the use of the key, the algorithm and the signature.
 */
class SingleKeyVerifier extends JwtVerifierBase<Expected, Expected & { jwksUri: string }, false> {
  readonly #header: { readonly alg: SigningAlgorithm; readonly kid: string };

  constructor(jwk: PublicJwk) {
    super({ ...expected, jwksUri: issuer });
    this.cacheJwks({ keys: [jwk] });
    this.#header = { alg: jwk.alg, kid: jwk.kid };
  }

  verifies(jws: SignedText): boolean {
    const { headerB64, payloadB64, signatureB64 } = jws;
    const decomposed = { header: this.#header, payload: { iss: issuer }, headerB64, payloadB64, signatureB64 };
    try {
      this.verifyDecomposedJwtSync(decomposed, issuer, expected);
      return true;
    } catch {
      return false;
    }
  }
}
