/** What is revoked. A `sub` or `client_id` entry refuses the tokens with `iat ≤ issuedAtOrBefore` (epoch seconds). */
export type RevocationEntry =
  | { readonly kind: 'sid' | 'jti' | 'kid'; readonly value: string }
  | { readonly kind: 'sub' | 'client_id'; readonly value: string; readonly issuedAtOrBefore: number };

export type RevocationKind = RevocationEntry['kind'];

/** What of a verified token can be revoked. */
export interface RevocableToken {
  readonly kid: string;
  readonly sid: string;
  readonly jti: string;
  readonly sub: string;
  readonly clientId: string;
  readonly issuedAt: number;
}

/** A set of entries that only grows; a full load begins a new one. */
export interface RevocationList {
  add(entry: RevocationEntry): void;
  /** The kind of entry that revokes the token, or undefined. */
  revokes(token: RevocableToken): RevocationKind | undefined;
  readonly size: number;
}

export function createRevocationList(): RevocationList {
  const names = { sid: new Set<string>(), jti: new Set<string>(), kid: new Set<string>() };
  const cuts = { sub: new Map<string, number>(), client_id: new Map<string, number>() };
  const isCut = (cut: number | undefined, issuedAt: number) => cut !== undefined && issuedAt <= cut;

  return {
    add(entry) {
      if (entry.kind === 'sub' || entry.kind === 'client_id') {
        const of = cuts[entry.kind];
        of.set(entry.value, Math.max(entry.issuedAtOrBefore, of.get(entry.value) ?? Number.NEGATIVE_INFINITY));
      } else {
        names[entry.kind].add(entry.value);
      }
    },
    revokes(token) {
      if (names.sid.has(token.sid)) return 'sid';
      if (names.jti.has(token.jti)) return 'jti';
      if (names.kid.has(token.kid)) return 'kid';
      if (isCut(cuts.sub.get(token.sub), token.issuedAt)) return 'sub';
      return isCut(cuts.client_id.get(token.clientId), token.issuedAt) ? 'client_id' : undefined;
    },
    get size() {
      return names.sid.size + names.jti.size + names.kid.size + cuts.sub.size + cuts.client_id.size;
    },
  };
}
