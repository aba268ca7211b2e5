import type { PublicJwk } from './jwk.ts';

/** The keys that verifiers may read, and what a publisher has to know of them. */
export interface PublishedKeySet {
  readonly keys: readonly PublicJwk[];
  /** Counts publications; a writer states the one it started from. */
  readonly version: number;
  /** By `kid`, epoch seconds: when the key was first published. */
  readonly firstPublished: Readonly<Record<string, number>>;
  /** The `kid`s that an emergency put out of use. No rotation, even one under way, brings them back. */
  readonly replaced: readonly string[];
  /** The version of the secret whose rotation is complete and on record. */
  readonly settled: string | undefined;
}

/** The set with these keys added, for a rotation under way. It drops nothing. */
export function withKeys(
  set: PublishedKeySet | undefined,
  keys: readonly PublicJwk[],
  nowSeconds: number,
): PublishedKeySet {
  return nextSet(set, [...(set?.keys ?? []), ...keys], nowSeconds);
}

/** The set after a rotation: these keys and no others. */
export function settledWith(
  set: PublishedKeySet | undefined,
  options: {
    readonly keys: readonly PublicJwk[];
    readonly replaced: readonly string[];
    readonly settled: string;
    readonly nowSeconds: number;
  },
): PublishedKeySet {
  const { keys, replaced, settled, nowSeconds } = options;
  const allReplaced = [...new Set([...(set?.replaced ?? []), ...replaced])];
  return { ...nextSet(set, keys, nowSeconds, allReplaced), settled };
}

function nextSet(
  set: PublishedKeySet | undefined,
  wanted: readonly PublicJwk[],
  nowSeconds: number,
  replaced: readonly string[] = set?.replaced ?? [],
): PublishedKeySet {
  const byKid = new Map(wanted.filter(({ kid }) => !replaced.includes(kid)).map((jwk) => [jwk.kid, jwk] as const));
  const firstPublished = Object.fromEntries(
    [...byKid.keys()].map((kid) => [kid, set?.firstPublished[kid] ?? nowSeconds]),
  );
  return {
    keys: [...byKid.values()],
    version: (set?.version ?? 0) + 1,
    firstPublished,
    replaced,
    settled: set?.settled,
  };
}

/** Whether each of these keys is published, or was put out of use for good. */
export function holdsAll(set: PublishedKeySet, keys: readonly PublicJwk[]): boolean {
  const published = new Set([...set.keys.map(({ kid }) => kid), ...set.replaced]);
  return keys.every(({ kid }) => published.has(kid));
}
