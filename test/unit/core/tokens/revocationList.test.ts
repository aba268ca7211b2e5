import { describe, expect, it } from 'vitest';
import { createRevocationList, type RevocationEntry } from '../../../../lambdas/core/tokens/revocationList.ts';
import { revocationFromItem, revocationPut } from '../../../../lambdas/stores/items/revocationItems.ts';

const random = 'AAAAAAAAAAAAAAAAAAAAAA';
const token = {
  kid: 'kid',
  sid: `${random}3`,
  gid: 'gid',
  jti: 'jti',
  sub: 'sub',
  clientId: 'client',
  tenantId: 'tenant',
  issuedAt: 1000,
};

const itemOf = (entry: RevocationEntry) => {
  const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 60 };
  return revocationPut('Revocations', { entry, nowMs: 1_000_000, lifetime }).Put?.Item ?? {};
};

function listOf(...items: readonly unknown[]) {
  const list = createRevocationList();
  for (const item of items) {
    const entry = revocationFromItem(item);
    if (entry) list.add(entry);
  }
  return list;
}

describe('a revocation', () => {
  it.each([
    [{ kind: 'gid', value: 'gid' }, { gid: 'other' }],
    [{ kind: 'gid', value: 'gid' }, { gid: undefined }],
    [{ kind: 'jti', value: 'jti' }, { jti: 'other' }],
    [{ kind: 'kid', value: 'kid' }, { kid: 'other' }],
    [{ kind: 'sid', value: token.sid }, { sid: `${random}4` }],
    [{ kind: 'sid', value: token.sid, issuedAtOrBefore: 1000 }, { issuedAt: 1001 }],
    [{ kind: 'sub', value: 'sub', issuedAtOrBefore: 1000 }, { issuedAt: 1001 }],
    [{ kind: 'sub', value: 'sub', epochBelow: 4 }, { sid: `${random}4` }],
    [{ kind: 'client_id', value: 'client', issuedAtOrBefore: 1000 }, { issuedAt: 1001 }],
    [{ kind: 'tenant_id', value: 'tenant', issuedAtOrBefore: 1000 }, { tenantId: 'other' }],
  ] as const)('%j refuses what it names and not %j', (entry, change) => {
    const list = listOf(itemOf(entry));
    expect(list.revokes(token)).toBe(entry.kind);
    expect(list.revokes({ ...token, ...change })).toBeUndefined();
  });

  it('by epoch refuses a token whatever its time, and one whose sid does not say its epoch', () => {
    const list = listOf(itemOf({ kind: 'sub', value: 'sub', epochBelow: 4 }));
    expect(list.revokes({ ...token, issuedAt: 9_999_999 })).toBe('sub');
    expect(list.revokes({ ...token, sid: 'of another form' })).toBe('sub');
  });

  it('by epoch keeps the cut by time, which is all that the release before reads', () => {
    const item = itemOf({ kind: 'sub', value: 'sub', issuedAtOrBefore: 1000, epochBelow: 4 });
    expect(item).toMatchObject({ kind: 'sub', value: 'sub', issued_at_or_before: 1000, epoch_below: 4 });
  });

  it('adds up with others of the same value, in whatever order they come', () => {
    const entries = [
      itemOf({ kind: 'sub', value: 'sub', issuedAtOrBefore: 1000 }),
      itemOf({ kind: 'sub', value: 'sub', issuedAtOrBefore: 500 }),
      itemOf({ kind: 'sub', value: 'sub', epochBelow: 3 }),
      itemOf({ kind: 'sub', value: 'sub', epochBelow: 2 }),
      itemOf({ kind: 'sid', value: `${random}9`, issuedAtOrBefore: 700 }),
      itemOf({ kind: 'sid', value: `${random}9`, issuedAtOrBefore: 600 }),
    ];
    for (const list of [listOf(...entries), listOf(...entries.toReversed())]) {
      expect(list.revokes({ ...token, issuedAt: 1000 })).toBe('sub');
      expect(list.revokes({ ...token, issuedAt: 2000, sid: `${random}2` })).toBe('sub');
      expect(list.revokes({ ...token, issuedAt: 2000 })).toBeUndefined();
      expect(list.revokes({ ...token, issuedAt: 700, sid: `${random}9`, sub: 'other' })).toBe('sid');
      expect(list.revokes({ ...token, issuedAt: 701, sid: `${random}9`, sub: 'other' })).toBeUndefined();
    }
  });

  it('shares its key with no other, not even of the same value and millisecond', () => {
    const keys = Array.from({ length: 100 }, () => itemOf({ kind: 'sub', value: 'sub', epochBelow: 1 })['entry']);
    expect(new Set(keys).size).toBe(100);
  });
});

describe('A18 an entry that a later release wrote', () => {
  const known = { kind: 'sub', value: 'sub', issued_at_or_before: 1000 };

  it.each([
    ['of another kind', { kind: 'device_id', value: 'sub' }],
    ['of a kind without the form that we know', { kind: 'sub', value: 'sub', acr_below: 'aal2' }],
    ['of no kind at all', { value: 'sub' }],
    ['whose value is no text', { kind: 'sid', value: 7 }],
  ])('%s is unknown, and no error', (_, item) => {
    expect(revocationFromItem(item)).toBeUndefined();
  });

  it.each([
    ['another version', { schema_version: 2 }],
    ['another member', { acr_below: 'aal2' }],
    ['another reading of a form', { epoch_below: 'four' }],
  ])('with %s refuses what we understand of it', (_, change) => {
    expect(listOf({ ...known, ...change }).revokes(token)).toBe('sub');
  });
});
