import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { parseSecretJson } from './secretJson.ts';

/** A key for HMAC-SHA256, prepared once. */
export interface MacKey {
  readonly kid: string;
  readonly key: KeyObject;
}

const ringSchema = z
  .object({
    schema_version: z.literal(1),
    /** The version of the secret this ring was made from; absent in a first ring. */
    derived_from: z.optional(z.string()),
    current: z.string(),
    keys: z
      .array(
        z.object({
          kid: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,32}$/)),
          key: z.base64url().check(z.length(43)),
          created_at: z.int(),
          /** When it stopped making MACs. It still verifies. */
          retired_at: z.optional(z.int()),
          /** From when on it verifies no longer, rotation or not. Absent in rings of the release before. */
          drop_at: z.optional(z.int()),
        }),
      )
      .check(z.minLength(1)),
  })
  .check(
    z.refine((ring) => new Set(ring.keys.map(({ kid }) => kid)).size === ring.keys.length, 'a kid occurs twice'),
    z.refine((ring) => ring.keys.some(({ kid }) => kid === ring.current), 'the current key is missing'),
  );

/**
 * The MAC keys of refresh tokens, or of mailed tokens, as the secret holds them. The key that is neither current nor
 * retired is the next: readers know a key for one period before it is used.
 */
export type MacKeyRing = z.infer<typeof ringSchema>;

/** How long a warm Lambda uses its copy of a ring while it cannot read the ring again. */
export const macKeyMaxAgeSeconds = 3600;

/** @throws Error when the text is no ring. */
export function parseMacKeyRing(text: string): MacKeyRing {
  return ringSchema.parse(parseSecretJson(text));
}

export function firstMacKeyRing(nowSeconds: number): MacKeyRing {
  const current = newKey(nowSeconds);
  return { schema_version: 1, current: current.kid, keys: [current, newKey(nowSeconds)] };
}

/**
 * The ring after a rotation: next becomes current, current retires, and a retired key is dropped once the last session
 * that could have begun with it is over.
 */
export function rotateMacKeyRing(
  ring: MacKeyRing,
  nowSeconds: number,
  { longestUseSeconds }: { readonly longestUseSeconds: number },
): MacKeyRing {
  const current = nextMacKey(ring) ?? newKey(nowSeconds);
  const retired = ring.keys
    .filter(({ kid }) => kid !== current.kid)
    .map((key) => ({ ...key, retired_at: key.retired_at ?? nowSeconds }))
    .map((key) => ({ ...key, drop_at: key.retired_at + longestUseSeconds }))
    .filter(({ drop_at }) => nowSeconds < drop_at);
  return { schema_version: 1, current: current.kid, keys: [...retired, current, newKey(nowSeconds)] };
}

/** The key that the next rotation makes current. */
export function nextMacKey(ring: MacKeyRing): MacKeyRing['keys'][number] | undefined {
  return ring.keys.find(({ kid, retired_at }) => kid !== ring.current && retired_at === undefined);
}

/** When each retired key of the ring is dropped, by `kid`. */
export function macKeyDropDates(ring: MacKeyRing): Readonly<Record<string, number>> {
  return Object.fromEntries(ring.keys.flatMap(({ kid, drop_at }) => (drop_at === undefined ? [] : [[kid, drop_at]])));
}

/** Every key of the ring, prepared, by `kid`. */
export function prepareMacKeys(ring: MacKeyRing): ReadonlyMap<string, MacKey> {
  return new Map(
    ring.keys.map(({ kid, key }) => [kid, { kid, key: createSecretKey(Buffer.from(key, 'base64url')) }] as const),
  );
}

function newKey(nowSeconds: number): MacKeyRing['keys'][number] {
  return {
    kid: randomBytes(8).toString('base64url'),
    key: randomBytes(32).toString('base64url'),
    created_at: nowSeconds,
  };
}
