import { sessionEpochOf } from '../sessions/session.ts';

/** "Issued before": it refuses the tokens with `iat ≤ issuedAtOrBefore` (epoch seconds). */
interface TimeCut {
  readonly issuedAtOrBefore: number;
}

/** It refuses the tokens of the sessions that began in a session epoch below. */
interface EpochCut {
  readonly epochBelow: number;
}

/** What is revoked. An entry that holds several forms refuses what any of them refuses. */
export type RevocationEntry = { readonly value: string } & (
  | { readonly kind: 'gid' | 'jti' | 'kid' }
  /** Without a cut, all tokens of the session. */
  | ({ readonly kind: 'sid' } & Partial<TimeCut>)
  | ({ readonly kind: 'sub' } & ((TimeCut & Partial<EpochCut>) | (EpochCut & Partial<TimeCut>)))
  | ({ readonly kind: 'client_id' | 'tenant_id' } & TimeCut)
);

export type RevocationKind = RevocationEntry['kind'];

/** What of a verified token can be revoked. */
export interface RevocableToken {
  readonly kid: string;
  readonly sid: string;
  /** The grant, of a token that was issued for one. */
  readonly gid?: string | undefined;
  readonly jti: string;
  readonly sub: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly issuedAt: number;
}

/** A set of entries that only grows; a full load begins a new one. Entries of one value add up. */
export interface RevocationList {
  add(entry: RevocationEntry): void;
  /** The kind of entry that revokes the token, or undefined. */
  revokes(token: RevocableToken): RevocationKind | undefined;
  readonly size: number;
}

export function createRevocationList(): RevocationList {
  const names = { sid: new Set<string>(), gid: new Set<string>(), jti: new Set<string>(), kid: new Set<string>() };
  const times = { sid: latest(), sub: latest(), client_id: latest(), tenant_id: latest() };
  const epochs = latest();

  return {
    add(entry) {
      if ('issuedAtOrBefore' in entry && entry.issuedAtOrBefore !== undefined) {
        times[entry.kind].raise(entry.value, entry.issuedAtOrBefore);
      } else if (entry.kind === 'sid' || entry.kind === 'gid' || entry.kind === 'jti' || entry.kind === 'kid') {
        names[entry.kind].add(entry.value);
      }
      if (entry.kind === 'sub' && entry.epochBelow !== undefined) epochs.raise(entry.value, entry.epochBelow);
    },
    revokes({ kid, sid, gid, jti, sub, clientId, tenantId, issuedAt }) {
      if (names.sid.has(sid) || times.sid.covers(sid, issuedAt)) return 'sid';
      if (gid !== undefined && names.gid.has(gid)) return 'gid';
      if (names.jti.has(jti)) return 'jti';
      if (names.kid.has(kid)) return 'kid';
      if (times.sub.covers(sub, issuedAt) || isOfEpochBelow(sid, epochs.of(sub))) return 'sub';
      if (times.client_id.covers(clientId, issuedAt)) return 'client_id';
      return times.tenant_id.covers(tenantId, issuedAt) ? 'tenant_id' : undefined;
    },
    get size() {
      const sizes = [...Object.values(names), ...Object.values(times), epochs].map(({ size }) => size);
      return sizes.reduce((sum, size) => sum + size, 0);
    },
  };
}

/** No clock is asked: the `sid` carries the epoch. A `sid` that does not say it is refused. */
function isOfEpochBelow(sid: string, epoch: number | undefined): boolean {
  return epoch !== undefined && (sessionEpochOf(sid) ?? Number.NEGATIVE_INFINITY) < epoch;
}

/** The highest cut of each value. */
function latest() {
  const cuts = new Map<string, number>();
  const of = (value: string) => cuts.get(value);
  return {
    of,
    raise: (value: string, cut: number) => void cuts.set(value, Math.max(cut, of(value) ?? cut)),
    covers: (value: string, issuedAt: number) => issuedAt <= (of(value) ?? Number.NEGATIVE_INFINITY),
    get size() {
      return cuts.size;
    },
  };
}
