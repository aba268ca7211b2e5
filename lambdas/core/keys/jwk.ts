import { generateKeyPair, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { once } from '../../contract/once.ts';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { sha256Text } from '../common/digests.ts';

const number = z.base64url().check(z.minLength(1));
const rsaPublic = { kty: z.literal('RSA'), alg: z.literal('RS256'), n: number, e: number };
const ecPublic = { kty: z.literal('EC'), alg: z.literal('ES256'), crv: z.literal('P-256'), x: number, y: number };
const common = { kid: z.string().check(z.minLength(1), z.maxLength(128)), use: z.literal('sig') };

/** Strict objects: a private member (RFC 7518 §6.2.2, §6.3.2) makes a key invalid as a public one. */
export const publicJwkSchema = z.union([
  z.strictObject({ ...common, ...rsaPublic }),
  z.strictObject({ ...common, ...ecPublic }),
]);

/** A function: whoever verifies has no use for it. */
export const privateJwkSchema = once(() =>
  z.union([
    z.strictObject({ ...common, ...rsaPublic, d: number, p: number, q: number, dp: number, dq: number, qi: number }),
    z.strictObject({ ...common, ...ecPublic, d: number }),
  ]),
);

export type PublicJwk = z.infer<typeof publicJwkSchema>;
export type PrivateJwk = z.infer<ReturnType<typeof privateJwkSchema>>;

/** The public half, copied member by member: a member that is not listed here is never published. */
export function publicHalf(jwk: PrivateJwk | PublicJwk): PublicJwk {
  if (jwk.kty === 'RSA') {
    const { kty, alg, use, kid, n, e } = jwk;
    return { kty, alg, use, kid, n, e };
  }
  const { kty, alg, use, kid, crv, x, y } = jwk;
  return { kty, alg, use, kid, crv, x, y };
}

/** The `kid` of a key of whatever form. */
export function kidOf(jwk: unknown): string | undefined {
  return z.object({ kid: z.string() }).safeParse(jwk).data?.kid;
}

/** A fresh key pair, named by its thumbprint. */
export async function generatePrivateJwk(algorithm: SigningAlgorithm): Promise<PrivateJwk> {
  // Not `promisify`: `node:util` takes 5 ms to load, in every Lambda that reads a key.
  const privateKey = await new Promise<KeyObject>((resolve, reject) => {
    const done = (error: Error | null, _: KeyObject, made: KeyObject) => (error ? reject(error) : resolve(made));
    if (algorithm === 'RS256') generateKeyPair('rsa', { modulusLength: 2048, publicExponent: 0x10001 }, done);
    else generateKeyPair('ec', { namedCurve: 'P-256' }, done);
  });
  return toPrivateJwk(privateKey, algorithm);
}

export function toPrivateJwk(privateKey: KeyObject, algorithm: SigningAlgorithm): PrivateJwk {
  const jwk = privateKey.export({ format: 'jwk' });
  return privateJwkSchema().parse({ ...jwk, alg: algorithm, use: 'sig', kid: thumbprint(jwk) });
}

/** RFC 7638 §3: the SHA-256 of the required members, in lexicographic order and without white space. */
export function thumbprint(jwk: Readonly<Record<string, unknown>>): string {
  const required = jwk['kty'] === 'RSA' ? ['e', 'kty', 'n'] : ['crv', 'kty', 'x', 'y'];
  const canonical = JSON.stringify(Object.fromEntries(required.map((name) => [name, jwk[name]])));
  return sha256Text(canonical);
}
