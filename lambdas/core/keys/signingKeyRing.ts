import { createPrivateKey } from 'node:crypto';
import * as z from 'zod/mini';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { generatePrivateJwk, type PublicJwk, privateJwkSchema, publicHalf, publicJwkSchema } from './jwk.ts';
import { EarlyRotationError } from './rotationEvent.ts';
import { parseSecretJson } from './secretJson.ts';
import type { SigningKey } from './signingKey.ts';

const keySchema = z.object({ jwk: privateJwkSchema(), published_at: z.int() });
const ringSchema = z.object({
  schema_version: z.literal(1),
  /** The version of the secret this ring was made from; absent in a first ring. */
  derived_from: z.optional(z.string()),
  /** The keys this ring put out of use in an emergency: never published again, and their tokens are revoked. */
  replaced: z.optional(z.array(z.string())),
  retired: z.array(z.object({ jwk: publicJwkSchema, drop_at: z.int() })),
  current: keySchema,
  next: keySchema,
});

/** The signing keys as the secret holds them. Instants are epoch seconds. */
export type SigningKeyRing = z.infer<typeof ringSchema>;

/** @throws Error when the text is no ring. */
export function parseSigningKeyRing(text: string): SigningKeyRing {
  return ringSchema.parse(parseSecretJson(text));
}

/** The key that signs now, prepared. */
export function prepareSigningKey({ current }: SigningKeyRing): SigningKey {
  const { kid, alg } = current.jwk;
  return { kid, algorithm: alg, privateKey: createPrivateKey({ key: current.jwk, format: 'jwk' }) };
}

/** Every key a verifier needs for tokens of this ring, past and to come. */
export function publicKeysOf(ring: SigningKeyRing): readonly PublicJwk[] {
  return [...ring.retired.map(({ jwk }) => jwk), publicHalf(ring.current.jwk), publicHalf(ring.next.jwk)];
}

/** When each retired key of this ring is dropped, by `kid`. */
export function dropDatesOf(ring: SigningKeyRing): Readonly<Record<string, number>> {
  return Object.fromEntries(ring.retired.map(({ jwk, drop_at }) => [jwk.kid, drop_at]));
}

export async function firstSigningKeyRing(algorithm: SigningAlgorithm, nowSeconds: number): Promise<SigningKeyRing> {
  return { schema_version: 1, retired: [], ...(await freshPair(algorithm, nowSeconds)) };
}

export interface Lifetimes {
  readonly keyCacheSeconds: number;
  readonly accessTokenTtlSeconds: number;
  readonly clockLeewaySeconds: number;
}

/** How long a signer uses its key while it cannot read the ring again. */
export function signerMaxAgeSeconds(keyCacheSeconds: number): number {
  return 3 * keyCacheSeconds;
}

/**
 * The ring after a rotation: current retires, next signs, a fresh key is next. The retired key stays published until
 * the last signer has dropped it and its last token is dead.
 *
 * @param nextPublishedAt since when verifiers can read `next`; undefined when it is not published.
 * @throws EarlyRotationError before `next` has been published for `keyCacheSeconds`.
 */
export async function advance(
  ring: SigningKeyRing,
  nowSeconds: number,
  options: Lifetimes & { readonly algorithm: SigningAlgorithm; readonly nextPublishedAt: number | undefined },
): Promise<SigningKeyRing> {
  const { keyCacheSeconds, accessTokenTtlSeconds, clockLeewaySeconds, algorithm, nextPublishedAt } = options;
  const allowedAt = (nextPublishedAt ?? nowSeconds) + keyCacheSeconds;
  if (nextPublishedAt === undefined || nowSeconds < allowedAt) throw new EarlyRotationError(allowedAt);
  const dropAt = nowSeconds + signerMaxAgeSeconds(keyCacheSeconds) + accessTokenTtlSeconds + clockLeewaySeconds;
  return {
    schema_version: 1,
    retired: [...stillNeeded(ring, nowSeconds), { jwk: publicHalf(ring.current.jwk), drop_at: dropAt }],
    current: ring.next,
    next: { jwk: await generatePrivateJwk(algorithm), published_at: nowSeconds },
  };
}

/**
 * The ring after an emergency: both private keys are replaced at once. The caller revokes what they signed, by `kid`.
 */
export async function replace(
  ring: SigningKeyRing,
  nowSeconds: number,
  algorithm: SigningAlgorithm,
): Promise<SigningKeyRing> {
  return {
    schema_version: 1,
    replaced: [ring.current.jwk.kid, ring.next.jwk.kid],
    retired: stillNeeded(ring, nowSeconds),
    ...(await freshPair(algorithm, nowSeconds)),
  };
}

function stillNeeded(ring: SigningKeyRing, nowSeconds: number): SigningKeyRing['retired'] {
  return ring.retired.filter(({ drop_at }) => nowSeconds < drop_at);
}

async function freshPair(algorithm: SigningAlgorithm, nowSeconds: number) {
  const [current, next] = await Promise.all([generatePrivateJwk(algorithm), generatePrivateJwk(algorithm)]);
  return { current: { jwk: current, published_at: nowSeconds }, next: { jwk: next, published_at: nowSeconds } };
}
